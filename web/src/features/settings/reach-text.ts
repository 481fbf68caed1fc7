import { type FieldKey, fields } from "@muster/settings/fields.ts";
import { ApiError, toSentence } from "#lib/failure.ts";
import { plural } from "#lib/format.ts";
import type { SettingsPreview } from "#lib/setting-layers.ts";

/** For how many members and devices a change changes something, as a line. */
export function headline(preview: SettingsPreview) {
  const { changed, changedDevices: devices } = preview;
  return `${membersLine(preview)}${changed > 0 && devices > 0 ? `, and ${plural(devices, "device")}` : ""}`;
}

function membersLine({ changed, members, isExact }: SettingsPreview) {
  if (!isExact) {
    return changed === 0
      ? "Some members are not counted yet"
      : `Changes at least ${counted(changed)} of ${plural(members, "member")}`;
  }
  if (changed === 0) {
    return "Changes nothing for members";
  }
  if (changed === members) {
    return members === 1 ? "Changes 1 member, the only one" : `Changes all ${plural(members, "member")}`;
  }
  return `Changes ${counted(changed)} of ${plural(members, "member")}`;
}

const numbers = new Intl.NumberFormat();
const counted = (count: number) => numbers.format(count);

/** Returns the warnings that must not be overlooked, as sentences. */
export function warningsOf({ withoutModel, members, overrides, secrets }: SettingsPreview) {
  const { before, after } = withoutModel;
  const left = after - before;
  const losing = plural(left, before > 0 ? "more member" : "member");
  return [
    ...(left > 0 && after >= members ? ["Nobody can use a model after this change."] : []),
    ...(left > 0 && after < members ? [`${losing} can’t use any model after this change.`] : []),
    ...(overrides.length > 0 ? [`${plural(overrides.length, "team override")} will have no effect.`] : []),
    ...(secrets.length > 0 ? [`Nobody can use ${plural(secrets.length, "API key")} after this change.`] : []),
  ];
}

export const labelOf = (field: string) => fields[field as FieldKey].label;

/** Says why a team's override has no effect. */
export const lossOf = (state: SettingsPreview["overrides"][number]["state"]) =>
  state === "closed" ? "teams may not override it" : "it is locked above the team";

/** Returns whether the same request has the same answer again. */
export const isRefused = (error: unknown) =>
  error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 429;

/** Says why a change cannot be previewed, in sentences: the API names a setting by its path, with what is around it. */
export function refusalsOf(error: unknown): string[] {
  if (!(error instanceof ApiError) || error.fields.length === 0) {
    return [toSentence(error)];
  }
  return [...new Set(error.fields.map(({ path, message }) => `${placeOf(path)}${message}`))];
}

const keys = Object.keys(fields).toSorted((one, other) => other.length - one.length);
const inFile = "document.";
const ofTeam = `${inFile}teams.`;

/** Names the setting; of a file also the team, and the entry of its list. */
function placeOf(path: string) {
  const field = keys.find((key) => `.${path}.`.includes(`.${key}.`));
  const isInFile = path.startsWith(inFile);
  if (field === undefined) {
    return isInFile ? `${path.slice((path.startsWith(ofTeam) ? ofTeam : inFile).length)}: ` : "";
  }
  const team = path.startsWith(ofTeam) ? `${path.slice(ofTeam.length, path.lastIndexOf(`.${field}`))}, ` : "";
  const entry = isInFile ? /\.value\.(\d+)$/.exec(path)?.[1] : undefined;
  return `${team}${labelOf(field)}${entry === undefined ? "" : `, entry ${Number(entry) + 1}`}: `;
}
