import type { ID } from "../base/id.ts";
import * as Seat from "../seat/seat.ts";
import { Keys } from "../table/keys.ts";
import { present, type Step, update, when } from "../table/table.ts";

/** The step that lets devices learn that a secret of their organization has changed. */
export const announced = (organization: ID<"organization">): Step =>
  update(
    Keys.organization(organization),
    { add: { secretsRevision: 1 } },
    when(present, Seat.failures.organizationMissing),
  );
