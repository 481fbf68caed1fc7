import { useLocation, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { hasSession, onSessionChange, takePlace } from "#lib/session.ts";
import { presentFlow, readLink } from "#lib/sign-in-flow.ts";
import { useTitle } from "#lib/title.ts";
import { AddressStep } from "./address-step.tsx";
import { CodeStep } from "./code-step.tsx";
import { LinkStep } from "./link-step.tsx";

export function SignInPage() {
  const router = useRouter();
  const { step } = useSearch({ from: "/sign-in" });
  const link = useMailedLink();
  const [flow, setFlow] = useState(presentFlow);

  useTitle("Sign in");
  useEffect(() => onSessionChange(() => hasSession() && router.history.replace(takePlace())), [router]);

  if (link.found) {
    return <LinkStep key={link.found.flow} link={link.found} onLeave={link.forget} />;
  }
  return step === "code" && flow ? (
    <CodeStep key={flow.flow} flow={flow} onRequested={setFlow} />
  ) : (
    <AddressStep onRequested={setFlow} />
  );
}

/** The link in the address bar, removed from it at once: a code does not belong in the history or a screenshot. */
function useMailedLink() {
  const navigate = useNavigate();
  const hash = useLocation({ select: (location) => location.hash });
  const [taken, setTaken] = useState(() => readLink(hash));
  const present = readLink(hash);

  if (present !== undefined && present.flow !== taken?.flow) {
    setTaken(present);
  }

  useEffect(() => {
    if (readLink(hash)) {
      void navigate({ to: "/sign-in", hash: "", replace: true });
    }
  }, [hash, navigate]);

  return { found: taken, forget: () => setTaken(undefined) };
}
