import * as v from "valibot";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import type { Read } from "../kernel/stored.ts";
import type { OrganizationRow } from "../organization/row.ts";
import { releasedOf } from "./count.ts";
import type { RolloutRow } from "./row.ts";
import { haltReasons, states } from "./shape.ts";

const counts = {
  /** Devices that it waits for: linked before the wave that is released, in use, and not to wipe themselves. */
  devices: v.optional(Integer),
  /** Those on which the change is in force. */
  inForce: v.optional(Integer),
  /** Those that refuse it. */
  refused: v.optional(Integer),
};

/** A wave, and the devices that it adds. Numbers are missing until they are first counted. */
export const Wave = v.object({
  /** The teams whose members' devices it adds. */
  teams: v.optional(v.array(ID.schema("team"))),
  /** The share of all devices that it reaches, counted from the first wave. */
  percent: v.optional(Integer),
  ...counts,
});

/** A change of the settings that reaches devices in waves. */
export const Rollout = v.object({
  /** The revision that it is about. */
  revision: Integer,
  /** The account that started it. */
  by: ID.schema("account"),
  /** The time it was started. */
  at: v.string(),
  /**
   * The fields that the revision changed: `features.telemetry`, or `team_….features.telemetry`. Nothing else changes
   * them until the rollout ends, nor anything of `models.` if one is of `models.`, and the same of `singleSignOn.`.
   */
  fields: v.array(v.string()),
  /** The waves in their order. The last one has neither teams nor a share: it is everybody. */
  waves: v.array(Wave),
  /** The wave that is released, from 1. */
  wave: Integer,
  /** The time it was released. */
  waveAt: v.string(),
  /** The devices of all released waves. */
  released: v.object(counts),
  /** Percent of the released devices on which it must be in force before the next wave. */
  share: Integer,
  /** Percent of the released devices that may refuse it. */
  maxRefused: Integer,
  /** Hours in which a wave must reach its share. */
  silenceHours: Integer,
  /** Hours for which a wave lasts at least before the next one. */
  minHours: Integer,
  /** `running`; `paused` by someone; or `halted` by what devices report, or do not report. */
  state: shown(states),
  /** The reason that it halted: more devices refuse it than may, or the share was not reached in time. */
  haltReason: v.optional(shown(haltReasons)),
  /** The time devices were last counted. */
  countedAt: v.optional(v.string()),
});
export type Rollout = v.InferOutput<typeof Rollout>;

/** The rollout of an organization, if there is one. */
export const Info = v.object({
  /** Missing if no rollout is under way. */
  rollout: v.optional(Rollout),
});

/** Describes the rollout of an organization. */
export function describe(
  { rollout }: Pick<Read<typeof OrganizationRow>, "rollout">,
  row: RolloutRow | undefined,
): v.InferOutput<typeof Info> {
  if (!rollout) return {};
  const {
    revision,
    by,
    at,
    fields,
    wave,
    waveAt,
    share,
    maxRefused,
    silenceHours,
    minHours = 0,
    state,
    haltReason,
  } = rollout;
  const counted = row?.revision === revision ? row.counts : undefined;
  const waves = [...rollout.waves, {}].map((one, i) => withoutUndefined({ ...one, ...counted?.[i] }));
  const more = withoutUndefined({ haltReason, countedAt: counted && row?.countedAt });
  const released = counted ? releasedOf(counted, rollout) : {};
  return {
    rollout: {
      revision,
      by,
      at,
      fields,
      waves,
      wave,
      waveAt,
      released,
      share,
      maxRefused,
      silenceHours,
      minHours,
      state,
      ...more,
    },
  };
}
