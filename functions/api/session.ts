import * as Session from "@muster/core/session/session.ts";
import { Hono } from "hono/quick";
import * as v from "valibot";
import { clearSession, setSession } from "./credentials.ts";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";

const { account, session, token } = Session.Opened.entries;
const InBrowser = v.object({ account, session });
const InScript = v.object({ account, session, token });

export const signIn = new Hono<Env>()
  .post("/", command(Session.ask, { id: "requestSignInCode", summary: "Have a sign-in code mailed", status: 202 }))
  .post(
    "/code",
    command(Session.open, {
      id: "signInWithCookie",
      summary: "Sign a browser in with a code: the session comes as a cookie",
      status: 201,
      shape: InBrowser,
      // a foreign page must not sign anybody in to an account of its own choice
      ownPagesOnly: true,
      answer: (c, { account, session, token, browser }) => {
        setSession(c, token, browser);
        return { account, session };
      },
    }),
  )
  .post(
    "/token",
    command(Session.open, {
      id: "signInWithToken",
      summary: "Sign a script in with a code: the session comes as a bearer token",
      status: 201,
      shape: InScript,
      answer: (_, { account, session, token }) => ({ account, session, token }),
    }),
  );

export const signOut = new Hono<Env>().post(
  "/",
  command(Session.end, { id: "signOut", summary: "Sign out here", answer: clearSession }),
);

export const sessions = new Hono<Env>()
  .get("/", query(Session.list, { id: "listSessions", summary: "List my sessions" }))
  .delete(
    "/",
    command(Session.endAll, {
      id: "endAllSessions",
      summary: "Sign out everywhere, here included",
      answer: clearSession,
    }),
  )
  .delete("/:session", command(Session.end, { id: "endSession", summary: "End one of my sessions" }));

export const proof = new Hono<Env>()
  .post(
    "/",
    command(Session.prove, {
      id: "requestConfirmationCode",
      summary: "Have a code mailed that confirms that it is me",
      status: 202,
    }),
  )
  .post("/code", command(Session.confirm, { id: "confirmIdentity", summary: "Confirm that it is me, for 10 minutes" }));
