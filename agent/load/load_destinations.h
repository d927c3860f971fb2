/*
 * The destinations of reports within agent.yaml; a part of load_config.
 */
#ifndef HOLDFAST_LOAD_LOAD_DESTINATIONS_H
#define HOLDFAST_LOAD_LOAD_DESTINATIONS_H

#include "../core/config.h"
#include "fields.h"

void load_destination(struct fields_reader *reader, const struct yaml_node *node, struct config_report *report);
/* What only the whole list shows: two of one name, reports in clear text. */
void load_destinations_check(struct findings *findings, const struct config *config);

#endif
