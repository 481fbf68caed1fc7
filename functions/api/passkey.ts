import * as Passkey from "@muster/core/passkey/passkey.ts";
import * as SignIn from "@muster/core/passkey/sign-in.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";
import { asCookie } from "./session.ts";
import { noOther } from "./unrouted.ts";

export const passkeys = new Hono<Env>()
  /** List your passkeys. Oldest first. */
  .get("/", query(Passkey.list, { id: "listPasskeys" }))
  /**
   * Start adding a passkey. Returns what `navigator.credentials.create` needs (Web Authentication), for
   * {passkey.challengeMinutes} minutes.
   */
  .get("/options", query(Passkey.requestCreation, { id: "requestPasskey" }))
  /** Add a passkey. With it, you sign in without a code. */
  .post("/", command(Passkey.create, { id: "createPasskey", status: 201 }))
  /**
   * Start signing in with a passkey. Returns what `navigator.credentials.get` needs (Web Authentication), for
   * {passkey.challengeMinutes} minutes. The response is the same for everybody.
   */
  .get("/sign-in/options", query(SignIn.requestSignIn, { id: "requestPasskeySignIn" }))
  /** Sign in with a passkey. For browsers. Sets the session as a cookie. */
  .post("/sign-in", command(SignIn.signIn, { id: "signInWithPasskey", ...asCookie }))
  /** Start confirming your identity with a passkey. Returns what `navigator.credentials.get` needs. */
  .get("/reauthentication/options", query(SignIn.requestReauthentication, { id: "requestPasskeyConfirmation" }))
  /**
   * Confirm your identity with a passkey. For {base.reauthenticationMinutes} minutes, this session may do what requires
   * a confirmed identity.
   */
  .post("/reauthentication", command(SignIn.reauthenticate, { id: "confirmIdentityWithPasskey" }))
  .use("/options", noOther)
  .use("/sign-in", noOther)
  .use("/reauthentication", noOther)
  /** Rename a passkey. */
  .patch("/:passkey", command(Passkey.rename, { id: "updatePasskey" }))
  /** Remove a passkey. It signs in no longer. An emailed code always does. */
  .delete("/:passkey", command(Passkey.remove, { id: "deletePasskey" }));
