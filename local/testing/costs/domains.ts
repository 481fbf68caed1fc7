import type { ID } from "@muster/core/base/id.ts";
import { due } from "@muster/core/domain/due.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { addDomain } from "../fixtures/domains.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

/** What people and the clock do with domains, in an organization of its own. */
export function domainCases(place: () => Place): Case[] {
  let organization: ID<"organization"> | undefined;
  let names = 0;
  const home = async () => {
    organization ??= await place().api.organization(place().ada, "Domains");
    return organization;
  };
  const never = "2126-11-24T09:00:00.000Z";
  const domain = async (state: "waiting" | "verified", more = {}) =>
    addDomain(place().api.world, await home(), `cost-${names++}.com`, { state, checkAt: never, ...more });
  const send = async (method: string, path: string, json?: object) => {
    const { token } = place().ada;
    const at = `/organizations/${await home()}/domains${path}`;
    return () => place().api.call(method, at, { token, ...(json && { json }) });
  };
  const nextName = () => `cost-${names++}.com`;
  /** Somebody with an address of a verified domain of an organization with seats. */
  const newcomer = async (mode: "suggest" | "automatic" = "suggest") => {
    const { api } = place();
    const owner = await api.stranger();
    const id = await api.organization(owner, "Open to all");
    const name = nextName();
    await addDomain(api.world, id, name, { mode, checkAt: never });
    return { organization: id, email: `somebody@${name}` };
  };
  const due10 = async () => {
    for (let count = 0; count < 10; count++) await domain("verified", { checkAt: undefined });
    return () => asSystem("clock.domains", () => due({}));
  };

  return [
    { of: "domain.add", auth: "member", prepare: async () => send("POST", "", { name: nextName() }) },
    { of: "domain.get", auth: "member", prepare: async () => send("GET", `/${await domain("waiting")}`) },
    {
      of: "domain.check",
      case: "a waiting one is verified",
      auth: "member",
      prepare: async () => send("POST", `/${await domain("waiting")}/check`),
    },
    {
      of: "domain.check",
      case: "a verified one",
      auth: "member",
      prepare: async () => send("POST", `/${await domain("verified")}/check`),
    },
    {
      of: "domain.changeJoin",
      auth: "member",
      prepare: async () => send("PATCH", `/${await domain("verified")}`, { join: { mode: "suggest" } }),
    },
    { of: "domain.remove", auth: "member", prepare: async () => send("DELETE", `/${await domain("verified")}`) },
    {
      of: "domain.joinable",
      auth: "session",
      prepare: async () => {
        const { token } = await place().api.world.person((await newcomer()).email);
        return () => place().api.call("GET", "/joinable-organizations", { token });
      },
    },
    {
      of: "domain.joinable",
      case: "none",
      auth: "session",
      prepare: async () => {
        const { token } = await place().api.world.person(`somebody@${nextName()}`);
        return () => place().api.call("GET", "/joinable-organizations", { token });
      },
    },
    {
      of: "domain.join",
      auth: "session",
      prepare: async () => {
        const { organization: id, email } = await newcomer();
        const { token } = await place().api.world.person(email);
        return () => place().api.call("POST", "/joinable-organizations/join", { token, json: { organization: id } });
      },
    },
    {
      of: "session.signIn.token",
      case: "a known account that joins by its domain",
      auth: "nobody",
      prepare: async () => {
        const { email } = await newcomer("automatic");
        await place().api.world.person(email);
        const json = await place().api.requestCode(email);
        return () => place().api.call("POST", "/sign-in/token", { json });
      },
    },
    { of: "the clock", case: "checks 10 domains", auth: "nobody", prepare: due10 },
    { of: "domain.list", case: "10 domains", auth: "member", prepare: listOfTen },
  ];

  async function listOfTen() {
    organization = await place().api.organization(place().ada, "Ten domains");
    for (let count = 0; count < 10; count++) await domain("waiting");
    return send("GET", "");
  }
}
