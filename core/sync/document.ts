import { type FieldKey, type Section, sectionOf, sections } from "@muster/settings/fields.ts";
import { type Effective, resolve } from "@muster/settings/resolve.ts";
import { sha256 } from "../base/hash.ts";
import type { MemberRow } from "../member/row.ts";
import { described } from "../setting/effective.ts";
import { isLong } from "../setting/entry.ts";
import { layersOf } from "../setting/layers.ts";
import type { Read } from "../setting/organization-rows.ts";
import { isPacked, pack } from "../setting/parts.ts";
import type { OperatorSettingsRow, RevisionRow } from "../setting/row.ts";
import { readBefore, teamBefore } from "../setting/undo.ts";

// The settings of one member as a device gets them: a text for each section, known by its hash. A long list is named by
// its parts, of which a device fetches only those that it has not got.

/** JSON, by setting: its value, where that comes from, and why. */
type SectionText = { text: string; hash: string };
export type Sections = Record<Section, SectionText>;

/** The rules for a device that cannot ask. */
export type Policy = {
  /** Days without contact after which `whenStale` applies; 0 for no limit. */
  maxOfflineDays: number;
  whenStale: "strict" | "keep";
  /** The oldest version that a client may have. */
  minimumVersion: string;
};

/** Returns the values of all settings of a member. @param without a revision that has not reached the device yet */
export async function resolveFor(
  read: Read,
  operator: OperatorSettingsRow | undefined,
  member: MemberRow,
  without: Pick<RevisionRow, "patch"> | undefined,
): Promise<Effective> {
  if (!without) return resolve(await layersOf(read, operator, member));
  // threat: a device gets the new value before its wave
  const layers = await layersOf(readBefore(read, without), operator, member);
  // threat: a device gets what a team overrides before its wave
  return resolve(layers.map((layer) => (layer.kind === "team" ? teamBefore(layer, without) : layer)));
}

/** Returns the texts of a document. */
export function sectionsOf(resolution: Effective): Sections {
  const fields = Object.entries(described(resolution, true)).map(([key, field]) => [key, inParts(key, field)] as const);
  const texts = sections.map((section): [Section, SectionText] => {
    const own = fields.filter(([key]) => sectionOf(key as FieldKey) === section);
    const text = JSON.stringify(Object.fromEntries(own));
    return [section, { text, hash: sha256(text) }];
  });
  return Object.fromEntries(texts) as Sections;
}

/** Returns the parts of the long lists by name, each as JSON text. */
export function partsOf(resolution: Effective): Map<string, string> {
  const lists = Object.entries(resolution).flatMap(([key, { value }]) => (isLong(key) ? [inOrder(value)] : []));
  return new Map(lists.flatMap((list) => [...pack(list).texts]));
}

/** Returns how a device goes on without an answer, by the settings. */
export function policyOf(resolution: Effective): Policy {
  const limit = Number.parseInt(resolution["features.offlineLimit"].value, 10);
  return {
    maxOfflineDays: Number.isNaN(limit) ? 0 : limit,
    whenStale: resolution["features.afterOfflineLimit"].value === "STRICT" ? "strict" : "keep",
    minimumVersion: resolution["features.minimumClientVersion"].value,
  };
}

function inParts(key: string, field: object & { value?: unknown }): object {
  if (!isLong(key)) return field;
  const { value: packed } = pack(inOrder(field.value));
  if (!isPacked(packed)) return field;
  const { value: _, ...rest } = field;
  return { ...rest, ...packed };
}

const inOrder = (list: unknown) => (list as string[]).toSorted();
