/*
 * One parameter of a profile: from its key and its short or long form to a struct requirement.
 */
#ifndef HOLDFAST_LOAD_LOAD_REQUIREMENT_H
#define HOLDFAST_LOAD_LOAD_REQUIREMENT_H

#include "fields.h"

/* Adds the requirement to the profile; one that has faults is added too, since the findings forbid its use. */
void load_requirement(struct fields_reader *reader, const struct yaml_pair *pair, struct profile *profile);

#endif
