#!/usr/bin/python3
"""Makes metrics_grafana_10.schema.json and metrics_grafana_13.schema.json from Grafana's own types.

    tests/receivers/metrics_grafana_types.py [FOLDER]

Takes the packages @grafana/schema and ts-json-schema-generator from npm, in the versions below, and puts them into FOLDER
(a temporary one if none is named). The tests need only what it writes: one JSON Schema for a dashboard without its
panels, and one for each type of panel that ours use. Texts are left out. Types of Prometheus queries are in
@grafana/schema up to Grafana 10 only, so both take them from there.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = {10: "10.4.19", 13: "13.2.3"}
GENERATOR = "2.9.0"
PANELS = {"bargauge": "BarGauge", "stat": "Stat", "state-timeline": "StateTimeline", "table": "Table", "text": "Text",
          "timeseries": "TimeSeries"}
WITH_FIELDS = ("state-timeline", "table", "timeseries")
RAW = "@grafana/schema/dist/esm/raw/composable"


def types():
    """What we expect of a panel beyond Grafana's own types: an id, a title, a place, and options that are its type's.

    Of options and fields any may be left out: Grafana fills in its defaults, and newer versions have more of them.
    """
    lines = ["import * as grafana from '@grafana/schema';", "import { PrometheusDataQuery } from "
             "'queries/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';"]
    for kind, name in PANELS.items():
        lines.append(f"import * as {name} from '{RAW}/{kind.replace('-', '')}/panelcfg/x/{name}PanelCfg_types.gen';")
    lines += ["type None = Record<string, never>;",
              "type Of<Type extends string, Options, Custom> ="
              " Omit<grafana.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {"
              " type: Type; id: number; title: string; gridPos: grafana.GridPos; options: Options;"
              " fieldConfig?: Omit<grafana.FieldConfigSource, 'defaults'> & {"
              " defaults: Omit<grafana.FieldConfig, 'custom'> & { custom?: Custom } };"
              " targets?: Array<PrometheusDataQuery> };",
              "export interface Everything {",
              "dashboard: Omit<grafana.Dashboard, 'panels'> & { uid: string; title: string; panels: Array<unknown> };",
              "row: grafana.RowPanel;"]
    for kind, name in PANELS.items():
        fields = f"Partial<{name}.FieldConfig>" if kind in WITH_FIELDS else "None"
        lines.append(f"'{kind}': Of<'{kind}', Partial<{name}.Options>, {fields}>;")
    return "\n".join([*lines, "}", ""])


def make(major, version, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n')
    run = {"cwd": folder, "check": True, "stdin": subprocess.DEVNULL, "env": os.environ | {"NO_UPDATE_NOTIFIER": "1"}}
    subprocess.run(["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--save-exact",
                    f"@grafana/schema@{version}", f"queries@npm:@grafana/schema@{VERSIONS[10]}",
                    f"ts-json-schema-generator@{GENERATOR}"], **run)
    (folder / "dashboard.ts").write_text(types())
    (folder / "tsconfig.json").write_text(json.dumps({"files": ["dashboard.ts"], "compilerOptions": {
        "module": "esnext", "moduleResolution": "bundler", "target": "es2022", "strict": True, "skipLibCheck": True}}))
    subprocess.run(["node_modules/.bin/ts-json-schema-generator", "--path", "dashboard.ts", "--tsconfig", "tsconfig.json",
                    "--jsDoc", "none", "--no-top-ref", "--expose", "none", "--type", "Everything", "-o", "made.json"],
                   **run)
    made = json.loads((folder / "made.json").read_text())
    kinds = ",\n".join(f"{json.dumps(kind)}: {json.dumps(form, separators=(',', ':'))}"
                       for kind, form in sorted(made["properties"].items()))
    origin = f"made by metrics_grafana_types.py from @grafana/schema {version} (Apache-2.0)"
    (HERE / f"metrics_grafana_{major}.schema.json").write_text(
        f'{{"$schema": "http://json-schema.org/draft-07/schema#",\n"$comment": {json.dumps(origin)},\n'
        f'"properties": {{\n{kinds}\n}}}}\n')


def main():
    with tempfile.TemporaryDirectory() as temporary:
        for major, version in VERSIONS.items():
            make(major, version, pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else temporary).resolve() / str(major))


if __name__ == "__main__":
    main()
