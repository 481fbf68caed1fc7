import { type FieldKey, fieldKeys, fields } from "@muster/settings/fields.ts";
import * as v from "valibot";
import { failure } from "../base/failure.ts";
import type { Member } from "../kernel/actor.ts";
import { fn } from "../kernel/fn.ts";
import { instant, table } from "../kernel/ports.ts";
import { readOnly } from "../kernel/stored.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import { organizationKeys } from "../organization/keys.ts";
import { OrganizationRow } from "../organization/row.ts";
import { failures as rolloutFailures } from "../rollout/failures.ts";
import * as RolloutPlan from "../rollout/plan.ts";
import { all, equal, lacks, present, update, when } from "../table/table.ts";
import { checkDefaultModels, namesModels } from "./default-models.ts";
import { apply, Changes, describe, Entries, readChanges } from "./entry.ts";
import { memberLayer, teamLayers, upperLayers } from "./layers.ts";
import { maxOwnLength } from "./limits.ts";
import { checkNewModels } from "./new-models.ts";

// What a member chooses of the settings that are left to them.

// Failures

export const failures = {
  tooMuch: failure("oversized", "setting.choices_too_long", "These lists are too long. Remove some entries."),
  notPersonal: failure("forbidden", "setting.not_personal", "Your organization decides this setting."),
};

// Shapes

/** A member's own choices. */
const Own = v.object({
  /** The caller's choices, by setting. */
  fields: Entries,
  /** Settings that cannot be chosen now, because a rollout is under way of what they are checked with. */
  closed: v.array(v.string()),
});

// Functions

/** Returns what the caller chose for themselves, whether it applies or not. */
export const getOwn = fn(
  "setting.getOwn",
  { input: v.strictObject({}), output: Own, failures: [memberFailures.missing], reads: ownRows },
  async (_, __, [member, organizationRow]) => {
    if (!member) throw memberFailures.missing();
    return {
      fields: describe(member.own ?? {}),
      closed: RolloutPlan.dependentOf(rolloutOf(organizationRow), personal),
    };
  },
);

/** Saves what the caller chooses for themselves. A choice applies unless a layer above locks the setting. */
export const choose = fn(
  "setting.choose",
  {
    input: v.strictObject({
      /** The changes, by setting: what is left out stays, and null leaves a setting to the layers above. */
      fields: Changes,
    }),
    output: Own,
    failures: [memberFailures.missing, memberFailures.changed, rolloutFailures.closed, ...Object.values(failures)],
    reads: ownRows,
  },
  async ({ fields: sent }, actor, [member, organizationRow]) => {
    const { account, organization } = actor;
    if (!member) throw memberFailures.missing();
    const changes = await readChanges(sent);
    // threat: a member chooses what the organization decides
    if (Object.keys(changes).some((key) => !fields[key as FieldKey].isPersonal)) throw failures.notPersonal();
    const before = member.own ?? {};
    const { entries, patch } = apply(before, changes, { by: account, at: instant() });
    const rollout = rolloutOf(organizationRow);
    const closed = RolloutPlan.dependentOf(rollout, personal);
    if (Object.keys(patch).length === 0) return { fields: describe(before), closed };
    // threat: a member chooses a model that a rollout has not brought to their devices
    RolloutPlan.refuseDependent(rollout, Object.keys(patch));
    if (JSON.stringify(entries).length > maxOwnLength) throw failures.tooMuch();
    // threat: a member chooses a default model that is not allowed
    if (namesModels(Object.keys(patch))) {
      await checkNewModels(before, entries);
      const above = [...(await upperLayers(actor)), ...(await teamLayers(member))];
      checkDefaultModels([...above, memberLayer({ own: entries })]);
    }
    const { ownRevision } = member;
    const isAsRead = ownRevision === undefined ? lacks("ownRevision") : equal("ownRevision", ownRevision);
    const set = { own: entries, ownRevision: (ownRevision ?? 0) + 1 };
    await table.write(
      update(memberKeys.member(organization, account), { set }, when(all(isAsRead, present), memberFailures.changed)),
    );
    return { fields: describe(entries), closed };
  },
);

const personal = fieldKeys.filter((key) => fields[key].isPersonal);

const rolloutOf = (row: OrganizationRow | undefined) => row && readOnly(OrganizationRow, row).rollout;

function ownRows(_: unknown, { organization, account }: Member) {
  return [memberKeys.member(organization, account), organizationKeys.organization(organization)] as const;
}
