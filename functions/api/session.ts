import * as Session from "@muster/core/session/session.ts";
import { Hono } from "hono/quick";
import * as v from "valibot";
import { clearSession, setSession } from "./credentials.ts";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

const { account, session, token } = Session.SignedIn.entries;
const InBrowser = v.object({ account, session });
const InScript = v.object({ account, session, token });

export const signIn = new Hono<Env>()
  .post("/", command(Session.requestCode, { id: "requestSignInCode", status: 202 }))
  .post(
    "/code",
    command(Session.signIn, {
      id: "signInWithCookie",
      status: 201,
      shape: InBrowser,
      // a foreign page must not sign anybody in to an account of its choice
      ownPagesOnly: true,
      answer: (c, { account, session, token, browser }) => {
        setSession(c, token, browser);
        return { account, session };
      },
    }),
  )
  .post(
    "/token",
    command(Session.signIn, {
      id: "signInWithToken",
      status: 201,
      shape: InScript,
      answer: (_, { account, session, token }) => ({ account, session, token }),
    }),
  );

export const signOut = new Hono<Env>().post("/", command(Session.end, { id: "signOut", answer: clearSession }));

export const sessions = new Hono<Env>()
  .get("/", query(Session.list, { id: "listSessions" }))
  .delete("/", command(Session.endAll, { id: "endAllSessions", answer: clearSession, etagOf: Session.list }))
  .delete("/:session", command(Session.end, { id: "endSession" }));

export const reauthentication = new Hono<Env>()
  .post("/", command(Session.requestReauthentication, { id: "requestConfirmationCode", status: 202 }))
  .post("/code", command(Session.reauthenticate, { id: "confirmIdentity" }));
