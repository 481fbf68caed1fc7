import { differs } from "@muster/local/testing/books.ts";
import { testRace } from "@muster/local/testing/crowds.ts";
import type { Person } from "@muster/local/testing/world.ts";

testRace("20 owners leaving", {
  guards: ["member.left: organization"],
  run: async (crowd) => {
    const owners = [crowd.stage.ada, ...(await crowd.members(19, "owner"))];
    await crowd.books.look();
    const answers = await crowd.atOnce(...owners.map((owner) => () => crowd.deeds.leave(owner)));
    return [...(await crowd.books.look()), ...differs("left", answers.filter((one) => one === "done").length, 19)];
  },
});

testRace("12 owners leaving, stepping back and removing each other", {
  guards: [
    "member.left: organization",
    "member.removed: organization",
    "member.role_changed: organization loses an owner",
  ],
  run: async (crowd) => {
    const owners = [crowd.stage.ada, ...(await crowd.members(11, "owner"))];
    await crowd.books.look();
    const { deeds } = crowd;
    await crowd.atOnce(
      ...owners.map((owner, n) => () => {
        const other = owners[(n + 1) % owners.length] as Person;
        if (n % 3 === 0) return deeds.leave(owner);
        return n % 3 === 1 ? deeds.changeRole(owner, owner, "read") : deeds.remove(other, owner);
      }),
    );
    return crowd.books.look();
  },
});

testRace("an owner who is demoted twice and removed", {
  guards: ["member.role_changed: membership", "member.removed: membership"],
  run: async (crowd) => {
    const [bob, carol] = (await crowd.members(2, "owner")) as [Person, Person];
    await crowd.books.look();
    const { deeds, stage } = crowd;
    await crowd.atOnce(
      () => deeds.changeRole(stage.ada, bob, "read"),
      () => deeds.changeRole(carol, bob, "admin"),
      () => deeds.remove(stage.ada, bob),
    );
    return crowd.books.look();
  },
});

testRace("handing the organization over while leaving it", {
  guards: ["member.transferred: membership of the old owner", "member.left: membership"],
  run: async (crowd) => {
    const { deeds, stage } = crowd;
    const [bob] = (await crowd.members(1, "read")) as [Person];
    const [carol] = (await crowd.members(1, "owner")) as [Person];
    await crowd.books.look();
    await crowd.atOnce(
      () => deeds.leave(stage.ada),
      () => deeds.transfer(stage.ada, bob),
      () => deeds.transfer(stage.ada, carol),
    );
    return crowd.books.look();
  },
});

testRace("8 managers changing one member's role", {
  guards: ["member.role_changed: membership"],
  run: async (crowd) => {
    const { deeds } = crowd;
    const [bob] = (await crowd.members(1, "read")) as [Person];
    const managers = await crowd.members(8, "admin");
    await crowd.books.look();
    const answers = await crowd.atOnce(
      ...managers.map((manager, n) => () => deeds.changeRole(manager, bob, n % 2 === 0 ? "write" : "admin")),
    );
    return [...(await crowd.books.look()), ...(answers.includes("done") ? [] : ["nobody was heard"])];
  },
});
