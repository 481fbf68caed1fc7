import type { ID } from "@muster/core/base/id.ts";
import { due } from "@muster/core/domain/due.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { addDomain } from "../fixtures/domains.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

/** Lists the work of people and the clock with domains, in an organization of its own. */
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
    {
      of: "domain.add",
      auth: "member",
      why: "Domain, event, and the number of domains, which is on the organization's row. The domain is in the list of those that the clock checks.",
      prepare: async () => send("POST", "", { name: nextName() }),
    },
    {
      of: "domain.get",
      auth: "member",
      why: "The domain is read with authentication.",
      prepare: async () => send("GET", `/${await domain("waiting")}`),
    },
    {
      of: "domain.check",
      case: "a waiting one is verified",
      auth: "member",
      why: "Two limits. Domain, claim, event, and a check that the organization is not deleted. The domain moves in its list.",
      prepare: async () => send("POST", `/${await domain("waiting")}/check`),
    },
    {
      of: "domain.check",
      case: "a verified one",
      auth: "member",
      why: "Two limits and the domain, which moves in its list. Whose the claim is is read, so that one that is gone is made again.",
      prepare: async () => send("POST", `/${await domain("verified")}/check`),
    },
    {
      of: "domain.changeJoin",
      auth: "member",
      why: "Domain, claim, event. The domain is read with authentication.",
      prepare: async () => send("PATCH", `/${await domain("verified")}`, { join: { mode: "suggest" } }),
    },
    {
      of: "domain.remove",
      auth: "member",
      why: "Domain, claim, event, and the number of domains. The domain is read with authentication, and whose the claim is before it is removed.",
      prepare: async () => send("DELETE", `/${await domain("verified")}`),
    },
    {
      of: "domain.joinable",
      auth: "session",
      why: "The claim of the domain, which only the session knows; then organization, membership and address.",
      prepare: async () => {
        const { token } = await place().api.world.person((await newcomer()).email);
        return () => place().api.call("GET", "/joinable-organizations", { token });
      },
    },
    {
      of: "domain.joinable",
      case: "none",
      auth: "session",
      why: "Whether there is a claim of the domain.",
      prepare: async () => {
        const { token } = await place().api.world.person(`somebody@${nextName()}`);
        return () => place().api.call("GET", "/joinable-organizations", { token });
      },
    },
    {
      of: "domain.join",
      auth: "session",
      why: "The profile is read with authentication; then the claim; then organization, membership and address. Membership, address, seat, event, and a check of the claim.",
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
      why: "+3 trips, +4 RRU: organization, membership, address and profile. +10 + 1 WRU: five rows of one write, of which one is only checked.",
      prepare: async () => {
        const { email } = await newcomer("automatic");
        await place().api.world.person(email);
        const json = await place().api.requestCode(email);
        return () => place().api.call("POST", "/sign-in/token", { json });
      },
    },
    {
      of: "the clock",
      case: "checks 10 domains",
      auth: "nobody",
      why: "One query of the list, domains and organizations in one trip, their claims, and one update each, which moves it in the list.",
      prepare: due10,
    },
    { of: "domain.list", case: "10 domains", auth: "member", why: "One consistent query.", prepare: listOfTen },
  ];

  async function listOfTen() {
    organization = await place().api.organization(place().ada, "Ten domains");
    for (let count = 0; count < 10; count++) await domain("waiting");
    return send("GET", "");
  }
}
