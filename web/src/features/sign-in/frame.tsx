import type { ReactNode } from "react";
import { Avatar } from "#ui/avatar.tsx";
import { Logo } from "#ui/logo.tsx";
import { SeatField } from "#ui/seat-field.tsx";

/** The sign-in page's two halves; a narrow screen has no picture. */
export function SignInFrame({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  return (
    <div className="grid min-h-dvh bg-surface lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
      <main className="flex flex-col px-5 py-6 sm:px-10 sm:py-8">
        <Logo hasName />
        <div className="m-auto w-full max-w-[380px] py-10">
          <h1 className="text-2xl font-semibold">{title}</h1>
          <div className="mt-2 mb-7 text-fg-2 text-pretty">{lead}</div>
          {children}
        </div>
        <p className="text-xs text-fg-3">No password: you sign in with an emailed code, or a passkey.</p>
      </main>
      <aside className="relative hidden overflow-hidden border-l border-border bg-bg lg:grid lg:place-items-center">
        <SeatField
          columns={30}
          rows={40}
          className="fade-out absolute top-1/2 left-1/2 w-[130%] max-w-none -translate-1/2"
        />
        <figure className="card relative mx-10 max-w-[400px] p-6 shadow-2">
          <p className="text-xl font-semibold text-balance">A seat for everyone on your team.</p>
          <figcaption className="mt-2 text-fg-2">Organizations, people, roles, and seats in one place.</figcaption>
          <Row />
        </figure>
      </aside>
    </div>
  );
}

const people = [
  ["Ada Lovelace", "violet"],
  ["Grace Hopper", "green"],
  ["Alan Turing", "blue"],
  ["Mary Jackson", "pink"],
  ["Edsger Dijkstra", "orange"],
] as const;

function Row() {
  return (
    <div aria-hidden className="mt-5 flex flex-wrap gap-2 border-t border-border pt-5">
      {people.map(([name, color]) => (
        <Avatar key={name} name={name} color={color} size="large" />
      ))}
      <span className="size-10 rounded-full border-[1.5px] border-dashed border-control" />
    </div>
  );
}
