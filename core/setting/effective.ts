import { type FieldKey, fieldKeys } from "@muster/settings/fields.ts";
import {
  isInForce,
  layerKinds,
  type Effective as Resolution,
  type Resolved,
  resolve,
} from "@muster/settings/resolve.ts";
import * as v from "valibot";
import { implied } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { permissions } from "../base/permission.ts";
import { Integer } from "../base/shape.ts";
import type { Member } from "../kernel/actor.ts";
import { reaches } from "../kernel/authorize.ts";
import { fn } from "../kernel/fn.ts";
import { failures as memberFailures } from "../member/failures.ts";
import { memberKeys } from "../member/keys.ts";
import { failures as organizationFailures } from "../organization/failures.ts";
import { FieldName, isList, shapeOf, withHelp } from "./entry.ts";
import { settingKeys } from "./keys.ts";
import { layersOf } from "./layers.ts";
import { maxShownEntries } from "./limits.ts";
import * as OrganizationLayer from "./organization-layer.ts";
import * as OrganizationRows from "./organization-rows.ts";

// The value of each setting for one member, and why it is so.

// Shapes

/** The origin of a value. */
export const Source = v.object({
  /** The layer: the product's preset, the operator, the plan, the organization, a team, or the member. */
  kind: v.picklist(layerKinds),
  /** The id of the team, or of the plan. */
  id: v.optional(v.string()),
  /** The name of the team. */
  name: v.optional(v.string()),
  /** The account that set it. */
  by: v.optional(v.string()),
  /** The time it was set. */
  at: v.optional(v.string()),
  /** The revision that set it. */
  revision: v.optional(Integer),
});

/** One layer's opinion on a setting, and its result. */
export const Step = v.object({
  /** The layer. */
  source: Source,
  /**
   * The result: the opinion applies, alone or with another; a layer below or a stricter team replaced it; a lock above
   * overruled it; it is closed, because teams or members have no say; or there is none.
   */
  state: v.picklist(["applies", "replaced", "overruled", "closed", "none"]),
  /** The value in the layer. For a list, the number of its entries. */
  value: v.optional(v.union([v.boolean(), v.string(), v.number()])),
  /** True if the layer locks the setting. */
  isLocked: v.optional(v.boolean()),
  /** True if the stored value cannot be read. */
  isDamaged: v.optional(v.boolean()),
});

const Count = {
  /** The number of entries in the list. */
  count: v.optional(Integer),
};

const resolvedOf = (key: FieldKey) => {
  const shape = v.object({
    /** The value that applies. A list of more than 100 entries is left out, unless you ask for full lists. */
    value: isList(key) ? v.optional(shapeOf(key)) : shapeOf(key),
    ...((isList(key) ? Count : {}) as typeof Count),
    /** The origin of the value. */
    source: Source,
    /** Other teams that say the same. */
    ties: v.array(Source),
    /** True if the member may choose another value. */
    mayChange: v.boolean(),
    /**
     * True if the value counts: a list counts while the switch is on that it belongs to, such as `websites.isManaged`,
     * and a member's own choice anyway.
     */
    isInForce: v.boolean(),
    /** True if damage had a part in the value. */
    isDamaged: v.boolean(),
    /** Every layer, from top to bottom. */
    steps: v.array(Step),
  });
  return withHelp(key, shape);
};

/** The settings that apply to a member, each with the reason. */
export const Info = v.object({
  /** The member. */
  account: ID.schema("account"),
  /** The value of each setting, and why it is so. */
  fields: v.object(Object.fromEntries(fieldKeys.map((key) => [key, resolvedOf(key)]))),
  /** The settings that the organization opens to teams. */
  openToTeams: v.array(FieldName),
  /** The revision of the organization's settings. */
  revision: Integer,
});

const { missing } = organizationFailures;
const rule = permissions["setting.effective"];

// Functions

/** Returns the settings that apply to a member: to the caller, or, for those who manage the organization, to anybody. */
export const effective = fn(
  "setting.effective",
  {
    input: v.strictObject({
      /** The member. The caller, if it is left out. */
      account: v.optional(ID.schema("account")),
      /** The lists to return whole: those of up to 100 entries, or, with `full`, all. */
      lists: v.optional(v.picklist(["full"])),
    }),
    output: Info,
    failures: [missing, memberFailures.missing],
    reads: ({ account }: { account?: ID.ID<"account"> | undefined }, actor: Member) =>
      [
        ...OrganizationRows.rows(undefined, actor),
        settingKeys.operatorSettings(),
        memberKeys.member(actor.organization, account ?? actor.account),
      ] as const,
  },
  async ({ account, lists }, actor, [organization, features, models, sources, websites, operator, member]) => {
    const target = account ?? actor.account;
    // threat: anybody sees the settings that apply to others
    const isVisible = reaches(actor, rule, { account: target });
    if (!isVisible) throw implied.forbidden({ permission: "setting.effective" });
    if (!member) throw memberFailures.missing();
    const read = OrganizationRows.readRows([organization, features, models, sources, websites]);
    const layers = await layersOf(read, operator, member);
    const { openToTeams, revision } = OrganizationLayer.describe(read);
    return { account: target, fields: described(resolve(layers), lists === "full"), openToTeams, revision };
  },
);

/** The value of each setting, and why it is so. Lists are whole up to 100 entries, or, with `isFull`, all. */
export const described = (resolution: Resolution, isFull: boolean) =>
  Object.fromEntries(
    fieldKeys.map((key) => [
      key,
      { ...describedField(resolution[key] as Resolved, isFull), isInForce: isInForce(key, resolution) },
    ]),
  ) as v.InferOutput<typeof Info>["fields"];

function describedField({ value, source, ties, mayChange, isDamaged, steps }: Resolved, isFull: boolean) {
  const count = Array.isArray(value) ? value.length : undefined;
  const isShown = count === undefined || count <= maxShownEntries || isFull;
  return {
    ...(isShown && { value }),
    ...(count !== undefined && { count }),
    source,
    ties,
    mayChange,
    isDamaged,
    steps: steps.map(({ value: said, ...step }) => ({
      ...step,
      ...(said !== undefined && { value: Array.isArray(said) ? said.length : (said as boolean | string) }),
    })),
  };
}
