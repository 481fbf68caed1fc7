import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, PartyPopper, X } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { managersOf } from "#features/rights/permissions.ts";
import type { Organization } from "#lib/api.ts";
import { cn } from "#lib/cn.ts";
import { plural } from "#lib/format.ts";
import { accountQuery, invitationsQuery, managersQuery } from "#lib/queries.ts";
import { local } from "#lib/storage.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { toast } from "#ui/toast.ts";
import { type Facts, type Memory, type Step, type StepName, stepsOf, viewOf } from "./checklist.ts";

/** For owners and admins of a new organization: what is left to set up; it disappears when nothing is. */
export function ChecklistCard({ organization }: { organization: Organization }) {
  const facts = useFacts(organization);
  return facts && <Checklist organization={organization} facts={facts} />;
}

type Props = { organization: Organization; facts: Facts };

function Checklist({ organization, facts }: Props) {
  const steps = stepsOf(facts);
  const { view, dismiss, bringBack } = useChecklist(`checklist:${facts.account.id}:${organization.id}`, steps);

  function close() {
    dismiss();
    document.getElementById("main")?.focus({ preventScroll: true });
    if (view === "steps") {
      toast("The checklist was dismissed", { action: { label: "Undo", run: bringBack } });
    }
  }

  if (view === "nothing") {
    return null;
  }
  return view === "sign" ? (
    <Sign name={organization.name} onClose={close} />
  ) : (
    <Steps organization={organization} facts={facts} steps={steps} onClose={close} />
  );
}

function Steps({ organization, facts, steps, onClose }: Props & { steps: Step[]; onClose: () => void }) {
  const done = steps.filter(({ isDone }) => isDone).length;
  return (
    <section aria-labelledby="checklist" className="card rise lg:col-start-1">
      <header className="flex items-start justify-between gap-4 px-5 pt-4">
        <div className="min-w-0 flex-1">
          <h2 id="checklist" className="text-lg font-semibold">
            Set up {organization.name}
          </h2>
          <div className="mt-1.5 flex items-center gap-3">
            <Progress done={done} of={steps.length} />
            <span className="tabular text-sm text-fg-2">
              {done} of {steps.length} done
            </span>
          </div>
        </div>
        <CloseButton label="Dismiss the checklist" onClick={onClose} />
      </header>
      <ol className="px-5 pt-2 pb-2">
        {steps.map(({ name, isDone }) => (
          <Row key={name} isDone={isDone} {...wordsOf(name, organization, facts)} />
        ))}
      </ol>
    </section>
  );
}

type Words = { title: string; hint: ReactNode; action?: ReactNode };

function Row({ isDone, title, hint, action }: Words & { isDone: boolean }) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 border-t border-border py-3 first:border-t-0">
      <span
        className={cn(
          "grid size-5 shrink-0 place-items-center rounded-full",
          isDone ? "bg-success-soft text-success-text" : "border-[1.5px] border-dashed border-control",
        )}
      >
        {isDone ? <Check aria-label="Done" className="size-3.5" /> : <span className="sr-only">To do</span>}
      </span>
      <div className="min-w-0 flex-1 basis-52">
        <p className={isDone ? "text-fg-2" : "font-medium"}>{title}</p>
        {!isDone && <p className="text-sm text-fg-3">{hint}</p>}
      </div>
      {!isDone && action}
    </li>
  );
}

const action = buttonClass({ size: "medium" }, "max-sm:ml-8");

function wordsOf(step: StepName, { id }: Organization, { account, seats }: Facts): Words {
  const here = { params: { organization: id } };
  switch (step) {
    case "create":
      return { title: "Create the organization", hint: null };
    case "name":
      return {
        title: "Add your name",
        hint: `Others see you as “${account.name}”, which we made from your address.`,
        action: (
          <Link to="/account" className={action}>
            Edit profile
          </Link>
        ),
      };
    case "invite":
      return {
        title: "Send the first invitation",
        hint: "It holds a seat until it is accepted or declined.",
        action: (
          <Link
            to="/organizations/$organization"
            {...here}
            search={{ dialog: "invite" }}
            resetScroll={false}
            className={action}
          >
            Invite people
          </Link>
        ),
      };
    case "join":
      return {
        title: "Welcome the first member",
        hint:
          seats.held > 0
            ? `${plural(seats.held, "invitation is", "invitations are")} pending.`
            : "They accept with the link in their email.",
        action: seats.held > 0 && (
          <Link to="/organizations/$organization/invitations" {...here} className={action}>
            See invitations
          </Link>
        ),
      };
    case "share":
      return {
        title: "Make someone else an owner or admin",
        hint: "So that someone can manage it when you are away.",
        action: seats.used > 1 && (
          <Link to="/organizations/$organization/members" {...here} className={action}>
            Choose a member
          </Link>
        ),
      };
  }
}

/** Confirms that all is done, until the page is left. */
function Sign({ name, onClose }: { name: string; onClose: () => void }) {
  return (
    <section
      aria-label="Checklist"
      className="rise flex items-center gap-3 rounded-xl bg-success-soft py-2.5 pr-2.5 pl-4 text-success-text lg:col-start-1"
    >
      <PartyPopper aria-hidden className="size-4 shrink-0" />
      <p className="min-w-0 flex-1 text-sm font-medium">All done: {name} is set up.</p>
      <CloseButton label="Close" onClick={onClose} />
    </section>
  );
}

function CloseButton({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <Button variant="ghost" size="iconSmall" aria-label={label} title={label} onClick={onClick}>
      <X />
    </Button>
  );
}

/** Decorative: the words beside it say the same. */
function Progress({ done, of }: { done: number; of: number }) {
  return (
    <span aria-hidden className="flex h-1.5 w-28 gap-0.5 overflow-hidden rounded-full">
      {Array.from({ length: of }, (_, index) => (
        <span key={`part ${index + 1}`} className={cn("flex-1", index < done ? "bg-success" : "bg-surface-3")} />
      ))}
    </span>
  );
}

/** The facts that the steps are about, for owners and admins; nothing before all of them are known. */
function useFacts({ id, seats }: Organization): Facts | undefined {
  const { data: account } = useQuery(accountQuery);
  const { used, held } = seats ?? {};
  const isAlone = used === 1;
  const { data: members } = useQuery({ ...managersQuery(id), enabled: !isAlone });
  const isNew = isAlone && held === 0;
  const { data: ended } = useInfiniteQuery({ ...invitationsQuery(id, { tab: "ended" }), enabled: isNew });
  if (account === undefined || used === undefined || held === undefined) {
    return undefined;
  }
  if ((isNew && ended === undefined) || (!isAlone && members === undefined)) {
    return undefined;
  }
  const hasEnded = ended?.pages.some(({ items }) => items.length > 0) ?? false;
  return { account, seats: { used, held }, managers: isAlone ? 1 : managersOf(members).managers.length, hasEnded };
}

/** Returns the view, and functions that dismiss it and bring it back; this browser stores it under the key. */
function useChecklist(key: string, steps: Step[]) {
  const [memory, setMemory] = useState(() => readMemory(local.read(key)));
  const view = viewOf(memory, steps);

  if (view === "steps" && memory === undefined) {
    setMemory("open");
  }

  // The confirmation is shown once: it stays until the page is left, and does not return.
  useEffect(() => {
    if (view !== "nothing") {
      local.write(key, view === "steps" ? "open" : "over");
    }
  }, [key, view]);

  function remember(next: "open" | "over") {
    local.write(key, next);
    setMemory(next);
  }

  return { view, dismiss: () => remember("over"), bringBack: () => remember("open") };
}

function readMemory(text: string | null): Memory {
  return text === "open" || text === "over" ? text : undefined;
}
