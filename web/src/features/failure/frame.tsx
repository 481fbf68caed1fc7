import { Link } from "@tanstack/react-router";
import { createElement, type ReactNode, use } from "react";
import { useTitle } from "#lib/title.ts";
import { buttonClass } from "#ui/button.tsx";
import { MainHeading } from "#ui/card.tsx";

type Props = {
  picture?: ReactNode;
  title: string;
  mark: string;
  children: ReactNode;
  actions: ReactNode;
  below?: ReactNode;
};

/** The common frame of pages that replace another one. */
export function FailureFrame({ picture, title, mark, children, actions, below }: Props) {
  const heading = use(MainHeading);
  useTitle(title);
  return (
    <div className="rise grid justify-items-center px-2 py-12 text-center sm:py-20">
      {picture}
      <p className="mt-6 text-sm font-medium text-fg-3">{mark}</p>
      {createElement(heading, { className: "mt-1 text-xl font-semibold" }, title)}
      <div className="mt-2 max-w-[440px] text-fg-2 text-pretty">{children}</div>
      {below}
      <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div>
    </div>
  );
}

export function HomeLink({ variant = "primary" }: { variant?: "primary" | "secondary" }) {
  return (
    <Link to="/" className={buttonClass({ variant, size: "large" })}>
      Your organizations
    </Link>
  );
}
