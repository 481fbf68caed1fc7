import { table } from "../kernel/ports.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { RolloutHalted } from "../rollout/events.ts";
import { holders } from "../search/holders.ts";
import { Keys } from "../table/keys.ts";
import type { Draft } from "./draft.ts";

// A rollout that has halted waits for somebody: for owners, and for who started it, as long as they are a member.

export const rolloutRules: readonly Reaction<Promise<Draft[]>>[] = on(
  RolloutHalted,
  async ({ reason, devices, inForce, refused, account }, { owner }): Promise<Draft[]> => {
    const [owners, member] = await Promise.all([holders(owner, ["owner"]), table.get(Keys.member(owner, account))]);
    const to = [...new Set([...owners, ...(member ? [account] : [])])];
    if (reason === "silence") return [{ kind: "rollout.silent", to, thing: `${inForce} of ${devices}` }];
    return [{ kind: "rollout.refused", to, thing: `${refused} of ${devices}` }];
  },
);
