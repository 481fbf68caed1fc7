import { Link } from "@tanstack/react-router";
import { CircleCheck, CircleX } from "lucide-react";
import { Banner } from "#ui/banner.tsx";
import { Button, buttonClass } from "#ui/button.tsx";
import { EmptyState } from "#ui/empty-state.tsx";

export type Outcome =
  | { state: "linked"; device: string; organization: string; isReturning: boolean }
  | { state: "denied"; device: string };

/** Shows the decision, and what to do next. */
export function Done({ outcome, onAgain }: { outcome: Outcome; onAgain: () => void }) {
  const again = <Button onClick={onAgain}>Link another device</Button>;
  if (outcome.state === "denied") {
    return (
      <div className="card">
        <EmptyState
          picture={<CircleX className="size-10 text-fg-3" />}
          title={`${outcome.device} was denied`}
          action={again}
        >
          It gets nothing. If you did not start this, someone may have tried to link their device to your account.
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="card">
      <EmptyState
        picture={<CircleCheck className="size-10 text-success-text" />}
        title={`${outcome.device} is approved`}
        action={
          <>
            <Link to="/account" className={buttonClass({ variant: "primary" })}>
              See your devices
            </Link>
            {again}
          </>
        }
      >
        {outcome.isReturning
          ? `You can close this page. The device gets the settings of ${outcome.organization}.`
          : `Return to the device. In a few seconds it gets the settings of ${outcome.organization}.`}
      </EmptyState>
    </div>
  );
}

/** Says that there is nothing to link a device to. */
export function NoOrganization() {
  return (
    <Banner
      tone="info"
      action={
        <Link to="/organizations/new" className="font-medium underline underline-offset-2">
          Create an organization
        </Link>
      }
    >
      You aren’t in an organization that a device can be linked to. Ask for an invitation or create an organization,
      then start again on the device.
    </Banner>
  );
}
