import { hourMs } from "@muster/core/base/duration.ts";
import { type Cast, owner, type Span, spread } from "./cast.ts";
import type { DemoDevice, Fleet } from "./devices.ts";
import type { Figure } from "./people.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

type Owned = DemoDevice & { by: Figure; linkedAt: number; untilAt?: number };

/**
 * The times at which devices that are on ask for their settings: some time after each change, as parts of the story.
 */
const asks = [0.28, 0.43, 0.53, 0.63, 0.78, 0.92, 0.955, 0.985, 0.998];
/** The time between the requests of one device and the next, as a part of the story. */
const apart = 0.0025;

type Parts = { organization: DemoOrganization; fleet: Fleet; cast: Cast; span: Span };

/**
 * A dozen devices: some follow (one is a canary), one lags, one cannot enforce everything, one is too old, and some are off. Somebody who left
 * has theirs wiped, somebody who was removed has not.
 */
export function deviceActions({ organization, fleet, cast, span }: Parts): Action[] {
  const at = (part: number) => span.from + part * (span.to - span.from);
  const devices = castOf(cast);
  const follows = (name: string, part: number): Action => ({ at: at(part), run: () => fleet.follow(name) });
  return [
    ...devices.flatMap(({ by, linkedAt, untilAt = 1, ...device }, n): Action[] => {
      const later = asks.map((part) => part + n * apart).filter((part) => part > linkedAt && part < untilAt);
      return [
        { at: at(linkedAt), run: () => fleet.link(by, device) },
        { at: at(linkedAt) + hourMs, run: () => fleet.follow(device.name) },
        ...later.map((part) => follows(device.name, part)),
      ];
    }),
    { at: at(0.7), run: () => organization.renameDevice(owner, fleet.idOf("Adas-MBP"), "Ada's laptop") },
    { at: at(0.72), run: () => organization.markDevice(owner, fleet.idOf("Ada's workstation")) },
    { at: at(0.93), run: () => organization.revokeDevice(owner, fleet.idOf("Ada's old laptop")) },
  ];
}

function castOf({ founders, staff, removed, left }: Cast): Owned[] {
  const early = staff.slice(0, Math.max(6, Math.floor(staff.length / 3)));
  const [one = owner, two = owner, three = owner] = spread(founders, 3);
  const [four = owner, five = owner, six = owner, seven = owner, eight = owner] = spread(early, 5);
  const [gone = owner] = removed;
  const [former = owner] = left;
  const mac = (name: string) => ({ name, platform: "macos" as const, appVersion: "1.4.1" });
  const windows = (name: string) => ({ name, platform: "windows" as const, appVersion: "1.4.0" });
  const linux = (name: string) => ({ name, platform: "linux" as const, appVersion: "1.4.1" });
  return [
    { ...mac("Adas-MBP"), habit: "follows", by: owner, linkedAt: 0.26 },
    { ...linux("Ada's workstation"), habit: "follows", by: owner, linkedAt: 0.3 },
    { ...mac("Ada's old laptop"), habit: "sleeps", by: owner, linkedAt: 0.26, untilAt: 0.6 },
    { ...mac(`${firstName(one)}'s MacBook`), habit: "follows", by: one, linkedAt: 0.3 },
    { ...windows(`${firstName(two)}'s PC`), habit: "refuses", by: two, linkedAt: 0.33 },
    { ...linux("build-agent-04"), habit: "lags", by: three, linkedAt: 0.36 },
    { ...windows(`${firstName(four)}'s ThinkPad`), habit: "follows", by: four, linkedAt: 0.58 },
    { ...mac(`${firstName(five)}'s MacBook Air`), habit: "sleeps", by: five, linkedAt: 0.59, untilAt: 0.8 },
    { ...windows("Front desk"), appVersion: "0.0.9", habit: "follows", by: six, linkedAt: 0.6 },
    { ...mac(`${firstName(seven)}'s MacBook Pro`), habit: "follows", by: seven, linkedAt: 0.62 },
    { ...windows(`${firstName(eight)}'s Surface`), habit: "follows", by: eight, linkedAt: 0.64 },
    { ...windows(`${firstName(gone)}'s laptop`), habit: "sleeps", by: gone, linkedAt: 0.5, untilAt: 0.7 },
    { ...mac(`${firstName(former)}'s MacBook`), habit: "follows", by: former, linkedAt: 0.5 },
  ];
}

const firstName = ({ name }: Figure) => name.split(" ")[0] ?? name;
