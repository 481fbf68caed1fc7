import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ApiError, offline, toSentence } from "#lib/failure.ts";
import { useTitle } from "#lib/title.ts";
import { Button, buttonClass } from "#ui/button.tsx";
import { CopyableId } from "#ui/copy-button.tsx";
import { TablePicture } from "#ui/table-picture.tsx";

/** What stands where a page's content could not be shown: missing, not allowed, or broken. */
export function FailureView({
  error,
  onRetry,
  isBusy = false,
}: {
  error: unknown;
  onRetry: () => void;
  isBusy?: boolean;
}) {
  const status = error instanceof ApiError ? error.status : undefined;
  if (status === 404) {
    return <MissingView />;
  }
  if (error instanceof ApiError && error.code === "organization.suspended") {
    return <SuspendedView />;
  }
  if (status === 403) {
    return <ForbiddenView />;
  }
  return <BrokenView error={error} onRetry={onRetry} isBusy={isBusy} />;
}

export function MissingView() {
  return (
    <Frame title="This page doesn’t exist" mark="404" actions={<HomeLink />}>
      The link may be old, or what it leads to belongs to an organization that you are not a member of.
    </Frame>
  );
}

function SuspendedView() {
  return (
    <Frame title="This organization is suspended" mark="Suspended" actions={<HomeLink />}>
      Whoever operates this service has closed it for now. Its owners may still look at it and know more.
    </Frame>
  );
}

export function ForbiddenView() {
  return (
    <Frame title="You may not see this page" mark="403" actions={<HomeLink />}>
      It takes another role than yours. Any owner or admin of the organization can give it to you.
    </Frame>
  );
}

export function BrokenView({ error, onRetry, isBusy }: { error: unknown; onRetry: () => void; isBusy: boolean }) {
  const requestId = error instanceof ApiError ? error.requestId : undefined;
  const isOffline = error instanceof ApiError && error.code === offline;
  return (
    <Frame
      title={isOffline ? "No connection" : "This didn’t work"}
      mark={isOffline ? "Offline" : "Error"}
      actions={
        <>
          <Button variant="primary" size="large" isBusy={isBusy} onClick={onRetry}>
            Try again
          </Button>
          <HomeLink variant="secondary" />
        </>
      }
    >
      {isOffline ? toSentence(error) : "It is not your fault. Try again; if it stays like this, tell us this number:"}
      {requestId !== undefined && (
        <span className="mt-3 flex justify-center">
          <CopyableId
            id={requestId}
            label="request id"
            className="rounded-md border border-border bg-surface px-2! py-1"
          />
        </span>
      )}
    </Frame>
  );
}

type FrameProps = { title: string; mark: string; children: ReactNode; actions: ReactNode };

function Frame({ title, mark, children, actions }: FrameProps) {
  useTitle(title);
  return (
    <div className="rise grid justify-items-center px-2 py-12 text-center sm:py-20">
      <TablePicture taken={0} />
      <p className="mt-6 text-sm font-medium text-fg-3">{mark}</p>
      <h1 className="mt-1 text-xl font-semibold">{title}</h1>
      <div className="mt-2 max-w-[420px] text-fg-2 text-pretty">{children}</div>
      <div className="mt-6 flex flex-wrap justify-center gap-2">{actions}</div>
    </div>
  );
}

function HomeLink({ variant = "primary" }: { variant?: "primary" | "secondary" }) {
  return (
    <Link to="/" className={buttonClass({ variant, size: "large" })}>
      To your organizations
    </Link>
  );
}
