import type * as ID from "../base/id.ts";
import type { Key, Range } from "../table/table.ts";
import type { SecretRow } from "./row.ts";

type Organization = ID.ID<"organization">;

export const secretKeys = {
  /** A stored API key of a provider, sealed. */
  secret: (organization: Organization, secret: ID.ID<"secret">): Key<SecretRow> => ({
    pk: `${organization}#sec`,
    sk: secret,
  }),
  secrets: (organization: Organization): Range<SecretRow> => ({ pk: `${organization}#sec`, prefix: "sec_" }),
};
