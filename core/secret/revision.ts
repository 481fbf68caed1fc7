import type { ID } from "../base/id.ts";
import { organizationKeys } from "../organization/keys.ts";
import * as Seat from "../seat/seat.ts";
import { present, type Step, update, when } from "../table/table.ts";

/** The step that lets devices learn that a secret of their organization has changed. */
export const announced = (organization: ID<"organization">): Step =>
  update(
    organizationKeys.organization(organization),
    { add: { secretsRevision: 1 } },
    when(present, Seat.failures.organizationMissing),
  );
