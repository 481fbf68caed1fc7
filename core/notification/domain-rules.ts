import { DomainExpired, DomainJoinChanged, DomainRecordLost } from "../domain/events.ts";
import { on, type Reaction } from "../kernel/reaction.ts";
import { holders } from "../search/holders.ts";
import type { Draft } from "./draft.ts";

// A lost record has to be put back, which admins can do; who may join is for owners to decide.

export const domainRules: readonly Reaction<Promise<Draft[]>>[] = [
  ...on(DomainRecordLost, async ({ name: thing, until }, { owner }): Promise<Draft[]> => {
    const to = await holders(owner, ["owner", "admin"]);
    return [{ kind: "domain.record_lost", to, thing, until }];
  }),
  ...on(DomainExpired, async ({ name: thing }, { owner }): Promise<Draft[]> => {
    return [{ kind: "domain.expired", to: await holders(owner, ["owner", "admin"]), thing }];
  }),
  ...on(DomainJoinChanged, async ({ name: thing }, { owner, by: person }): Promise<Draft[]> => {
    return [{ kind: "domain.join_changed", to: await holders(owner, ["owner"]), person, thing }];
  }),
];
