import { on, type Reaction } from "../kernel/reaction.ts";
import { holders } from "../search/holders.ts";
import {
  SecretCreated,
  SecretDeleted,
  SecretDisabled,
  SecretEnabled,
  SecretRenamed,
  SecretReplaced,
  SecretRestricted,
} from "../secret/events.ts";
import { labelOf } from "../secret/kind/shape.ts";
import type { Draft } from "./draft.ts";

// Owners are notified of each change of a stored API key, because somebody may have taken over a session.

const kinds = [
  [SecretCreated, "secret.created"],
  [SecretReplaced, "secret.replaced"],
  [SecretRenamed, "secret.renamed"],
  [SecretEnabled, "secret.enabled"],
  [SecretDisabled, "secret.disabled"],
  [SecretRestricted, "secret.restricted"],
  [SecretDeleted, "secret.deleted"],
] as const;

export const secretRules: readonly Reaction<Promise<Draft[]>>[] = kinds.flatMap(([event, kind]) =>
  on(event, async (data, { owner, by: person }): Promise<Draft[]> => {
    const thing = `${labelOf(data.kind)} …${data.last4}`;
    return [{ kind, to: await holders(owner, ["owner"]), person, thing }];
  }),
);
