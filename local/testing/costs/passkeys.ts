import * as Passkey from "@muster/core/passkey/passkey.ts";
import { type Authenticator, addPasskey, newAuthenticator } from "../fixtures/passkeys.ts";
import { ownPage, type TestApi } from "../worlds/api.ts";
import type { Person } from "../worlds/world.ts";
import type { Case } from "./case.ts";

type Place = { api: TestApi };

/** Lists what people do with passkeys. */
export function passkeyCases(place: () => Place): Case[] {
  const owner = async () => {
    const person = await place().api.stranger();
    return { person, ...(await addPasskey(place().api.world, person)) };
  };
  const send = (method: string, path: string, { token }: Partial<Person> = {}, json?: object) => {
    const sent = { ...(token !== undefined && { token }), ...(json && { json }) };
    return () => place().api.call(method, `/passkeys${path}`, sent);
  };
  const answer = async (path: string, authenticator: Authenticator, person?: Person) => {
    const { body } = await send("GET", `${path}/options`, person)();
    return { credential: authenticator.sign(body as { challenge: string }) };
  };

  return [
    {
      of: "passkey.list",
      case: "1 passkey",
      auth: "session",
      why: "One query of the account's own partition.",
      prepare: async () => send("GET", "", (await owner()).person),
    },
    {
      of: "passkey.requestCreation",
      case: "1 passkey",
      auth: "session",
      why: "The profile is read with authentication, and a query of the passkeys. The challenge is signed, not stored.",
      prepare: async () => send("GET", "/options", (await owner()).person),
    },
    {
      of: "passkey.create",
      auth: "session",
      why: "A query of the passkeys. The challenge is used up with the passkey and its event.",
      prepare: async () => {
        const { api } = place();
        const person = await api.stranger();
        const options = await api.world.as(person, () => Passkey.requestCreation({}));
        return send("POST", "", person, { credential: newAuthenticator().create(options), name: "Chrome on macOS" });
      },
    },
    {
      of: "passkey.rename",
      auth: "session",
      why: "One row, which is read with authentication.",
      prepare: async () => {
        const { person, id } = await owner();
        return send("PATCH", `/${id}`, person, { name: "My phone" });
      },
    },
    {
      of: "passkey.remove",
      auth: "session",
      why: "One row, and the event.",
      prepare: async () => {
        const { person, id } = await owner();
        return send("DELETE", `/${id}`, person);
      },
    },
    {
      of: "passkey.requestSignIn",
      auth: "nobody",
      why: "Nothing is read or stored: the challenge is signed.",
      prepare: async () => send("GET", "/sign-in/options"),
    },
    {
      of: "passkey.signIn",
      auth: "nobody",
      why: "A limit, passkey and profile. The challenge is used up with the passkey's use and the session.",
      prepare: async () => {
        const json = await answer("/sign-in", (await owner()).authenticator);
        return () => place().api.call("POST", "/passkeys/sign-in", { json, headers: ownPage });
      },
    },
    {
      of: "passkey.requestReauthentication",
      case: "1 passkey",
      auth: "session",
      why: "One query of the account's own partition.",
      prepare: async () => send("GET", "/reauthentication/options", (await owner()).person),
    },
    {
      of: "passkey.reauthenticate",
      auth: "session",
      why: "A limit; the passkey is read with authentication. The challenge is used up with the passkey's use and the session's update.",
      prepare: async () => {
        const { person, authenticator } = await owner();
        return send("POST", "/reauthentication", person, await answer("/reauthentication", authenticator, person));
      },
    },
  ];
}
