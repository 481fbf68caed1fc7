import type { ID } from "@muster/core/base/id.ts";
import { addSecret, exampleKey } from "../fixtures/secrets.ts";
import type { TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi; ada: Person };

/** Lists the work of people with API keys, in an organization of its own. */
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
      why: "Data key, secret, event, and the number of secrets, which is on the organization's row. KMS makes the data key.",
      prepare: async () => send("POST", "", { name: "Production", credentials: exampleKey }),
    },
    {
      of: "secret.create",
      case: "for one team",
      auth: "member",
      why: "+2 WRU for each team: a check that it exists. +1 trip: the names of the teams.",
      prepare: async () => {
        const team = await place().api.team(await home(), "Keys of one team");
        return send("POST", "", { name: "Production", credentials: exampleKey, teams: [team] });
      },
    },
    {
      of: "secret.get",
      auth: "member",
      why: "The secret is read with authentication.",
      prepare: async () => send("GET", `/${await secret()}`),
    },
    {
      of: "secret.edit",
      auth: "member",
      why: "Row, event, and the organization's row, by which devices learn of it. The secret is read with authentication.",
      prepare: async () => send("PATCH", `/${await secret()}`, { name: "Staging" }),
    },
    {
      of: "secret.replace",
      auth: "member",
      why: "Data key, secret, event, and the organization's row, by which devices learn of it. The version before stays in the row.",
      prepare: async () => send("POST", `/${await secret()}/replace`, { credentials: exampleKey }),
    },
    {
      of: "secret.replace",
      case: "once more",
      auth: "member",
      why: "+2 WRU: the data key of the version before that goes.",
      prepare: async () => {
        const id = await secret();
        await (await send("POST", `/${id}/replace`, { credentials: exampleKey }))();
        return send("POST", `/${id}/replace`, { credentials: exampleKey });
      },
    },
    {
      of: "secret.check",
      auth: "member",
      why: "The check that waits, two limits, and a message. The secret is read with authentication.",
      prepare: async () => send("POST", `/${await secret()}/check`),
    },
    {
      of: "secret.remove",
      auth: "member",
      why: "Like creating one; +2 WRU if it was ever replaced.",
      prepare: async () => send("DELETE", `/${await secret()}`),
    },
    {
      of: "secret.list",
      case: "10 keys",
      auth: "member",
      why: "One consistent query of a partition.",
      prepare: listOfTen,
    },
  ];

  async function listOfTen() {
    organization = await place().api.organization(place().ada, "Ten keys");
    for (let count = 0; count < 10; count++) await secret();
    return send("GET", "");
  }
}
