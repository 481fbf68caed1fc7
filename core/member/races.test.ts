import { differs } from "@muster/local/testing/invariants/differs.ts";
import { testRace } from "@muster/local/testing/invariants/race.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";

testRace("20 owners leaving", {
  guards: ["member.left: organization"],
  run: async (race) => {
    const owners = [race.fixture.ada, ...(await race.members(19, "owner"))];
    await race.invariants.check();
    const answers = await race.atOnce(...owners.map((owner) => () => race.actions.leave(owner)));
    return [...(await race.invariants.check()), ...differs("left", answers.filter((one) => one === "done").length, 19)];
  },
});

testRace("12 owners leaving, stepping down and removing each other", {
  guards: [
    "member.left: organization",
    "member.removed: organization",
    "member.role_changed: organization loses an owner",
  ],
  run: async (race) => {
    const owners = [race.fixture.ada, ...(await race.members(11, "owner"))];
    await race.invariants.check();
    const { actions } = race;
    await race.atOnce(
      ...owners.map((owner, n) => () => {
        const other = owners[(n + 1) % owners.length] as Person;
        if (n % 3 === 0) return actions.leave(owner);
        return n % 3 === 1 ? actions.changeRole(owner, owner, "read") : actions.remove(other, owner);
      }),
    );
    return race.invariants.check();
  },
});

testRace("an owner who is demoted twice and removed", {
  guards: ["member.role_changed: membership", "member.removed: membership"],
  run: async (race) => {
    const [bob, carol] = (await race.members(2, "owner")) as [Person, Person];
    await race.invariants.check();
    const { actions, fixture } = race;
    await race.atOnce(
      () => actions.changeRole(fixture.ada, bob, "read"),
      () => actions.changeRole(carol, bob, "admin"),
      () => actions.remove(fixture.ada, bob),
    );
    return race.invariants.check();
  },
});

testRace("transferring ownership while leaving", {
  guards: ["member.transferred: membership of the old owner", "member.left: membership"],
  run: async (race) => {
    const { actions, fixture } = race;
    const [bob] = (await race.members(1, "read")) as [Person];
    const [carol] = (await race.members(1, "owner")) as [Person];
    await race.invariants.check();
    await race.atOnce(
      () => actions.leave(fixture.ada),
      () => actions.transfer(fixture.ada, bob),
      () => actions.transfer(fixture.ada, carol),
    );
    return race.invariants.check();
  },
});

testRace("8 managers changing one member's role", {
  guards: ["member.role_changed: membership"],
  run: async (race) => {
    const { actions } = race;
    const [bob] = (await race.members(1, "read")) as [Person];
    const managers = await race.members(8, "admin");
    await race.invariants.check();
    const answers = await race.atOnce(
      ...managers.map((manager, n) => () => actions.changeRole(manager, bob, n % 2 === 0 ? "write" : "admin")),
    );
    return [...(await race.invariants.check()), ...(answers.includes("done") ? [] : ["no change took effect"])];
  },
});
