"""A certificate authority in a folder, by the commands that docs/central.md shows; and what is wrong with certificates.

    authority = Authority(folder)
    authority.server("localhost")             -> Pair(certificate, key), both paths
    authority.client("web-07", days=-1)       expired
"""
import dataclasses
import pathlib
import subprocess

KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"]


@dataclasses.dataclass
class Pair:
    certificate: pathlib.Path
    key: pathlib.Path


def openssl(*words):
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=30)
    if done.returncode:
        raise RuntimeError(f"openssl {words[0]}: {done.stderr.strip()}")
    return done.stdout


class Authority:
    def __init__(self, folder, name="holdfast CA"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True)
        self.certificate, self.key = self.folder / "ca.pem", self.folder / "ca.key"
        openssl("req", "-x509", *KEY, "-days", 3650, "-subj", f"/CN={name}",
                "-addext", "basicConstraints=critical,CA:TRUE,pathlen:0",
                "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", self.key, "-out", self.certificate)

    def server(self, name, days=825, file="server"):
        return self._sign(file, name, days, f"subjectAltName=DNS:{name}\nextendedKeyUsage=serverAuth\n")

    def client(self, name, days=825, file=None):
        return self._sign(file or name, name, days, "extendedKeyUsage=clientAuth\n")

    def _sign(self, file, name, days, extensions):
        """x509 -req takes a negative number of days, which `req -x509` of the documentation does not."""
        pair = Pair(self.folder / f"{file}.pem", self.folder / f"{file}.key")
        request, wanted = self.folder / f"{file}.csr", self.folder / f"{file}.ext"
        wanted.write_text("basicConstraints=CA:FALSE\n" + extensions)
        subject = "/CN=" + name.replace("\\", r"\\").replace("/", r"\/")
        openssl("req", "-new", *KEY, "-subj", subject, "-keyout", pair.key, "-out", request)
        openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key, "-days", days,
                "-extfile", wanted, "-out", pair.certificate)
        return pair


def serial(certificate):
    return openssl("x509", "-in", certificate, "-noout", "-serial").strip().split("=")[1]
