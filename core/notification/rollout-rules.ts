import { on, type Reaction } from "../kernel/reaction.ts";
import { RolloutHalted } from "../rollout/events.ts";
import { holders } from "../search/holders.ts";
import type { Draft } from "./draft.ts";
import { stillMembers } from "./still-members.ts";

// A rollout that has halted waits for somebody: for owners, and for who started it, as long as they are a member.

export const rolloutRules: readonly Reaction<Promise<Draft[]>>[] = on(
  RolloutHalted,
  async ({ reason, devices, inForce, refused, account }, { owner }): Promise<Draft[]> => {
    const [owners, starters] = await Promise.all([holders(owner, ["owner"]), stillMembers(owner, [account])]);
    const to = [...new Set([...owners, ...starters])];
    if (reason === "silence") return [{ kind: "rollout.silent", to, thing: `${inForce} of ${devices}` }];
    return [{ kind: "rollout.refused", to, thing: `${refused} of ${devices}` }];
  },
);
