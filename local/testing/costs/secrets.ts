import type { ID } from "@muster/core/base/id.ts";
import { addSecret, exampleKey } from "../fixtures/secrets.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

/** What people do with API keys, in an organization of its own. */
export function secretCases(place: () => Place): Case[] {
  let organization: ID<"organization"> | undefined;
  const home = async () => {
    organization ??= await place().api.organization(place().ada, "Keys");
    return organization;
  };
  const secret = async () => addSecret(place().api.world, await home());
  const send = async (method: string, path: string, json?: object) => {
    const at = `/organizations/${await home()}/secrets${path}`;
    // a change needs a recent sign-in
    const { token } = await place().api.world.person(place().ada.email);
    return () => place().api.call(method, at, { token, ...(json && { json }) });
  };

  return [
    {
      of: "secret.create",
      auth: "member",
      prepare: async () => send("POST", "", { name: "Production", credentials: exampleKey }),
    },
    {
      of: "secret.create",
      case: "for one team",
      auth: "member",
      prepare: async () => {
        const team = await place().api.team(await home(), "Keys of one team");
        return send("POST", "", { name: "Production", credentials: exampleKey, teams: [team] });
      },
    },
    { of: "secret.get", auth: "member", prepare: async () => send("GET", `/${await secret()}`) },
    {
      of: "secret.edit",
      auth: "member",
      prepare: async () => send("PATCH", `/${await secret()}`, { name: "Staging" }),
    },
    {
      of: "secret.replace",
      auth: "member",
      prepare: async () => send("POST", `/${await secret()}/replace`, { credentials: exampleKey }),
    },
    {
      of: "secret.replace",
      case: "once more",
      auth: "member",
      prepare: async () => {
        const id = await secret();
        await (await send("POST", `/${id}/replace`, { credentials: exampleKey }))();
        return send("POST", `/${id}/replace`, { credentials: exampleKey });
      },
    },
    { of: "secret.check", auth: "member", prepare: async () => send("POST", `/${await secret()}/check`) },
    { of: "secret.remove", auth: "member", prepare: async () => send("DELETE", `/${await secret()}`) },
    { of: "secret.list", case: "10 keys", auth: "member", prepare: listOfTen },
  ];

  async function listOfTen() {
    organization = await place().api.organization(place().ada, "Ten keys");
    for (let count = 0; count < 10; count++) await secret();
    return send("GET", "");
  }
}
