import type { OrganizationEvent } from "#lib/api.ts";
import type { Names } from "./use-names.ts";

/** Returns the names for a sentence about one event. */
export const namesFor = ({ actor }: Pick<OrganizationEvent, "actor">, names: Names): Names =>
  actor === names.me ? Object.assign({}, names, { isMine: true }) : names;
