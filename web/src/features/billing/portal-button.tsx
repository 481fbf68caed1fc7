import { ExternalLink } from "lucide-react";
import { useEffect } from "react";
import { toSentence } from "#lib/failure.ts";
import { Button, type ButtonLook } from "#ui/button.tsx";
import { toast } from "#ui/toast.ts";
import { usePortal } from "./use-leave-to.ts";

type Props = ButtonLook & { organizationId: string; children: string; className?: string };

/** Leads to Stripe's page, which leads back. */
export function PortalButton({ organizationId, children, ...look }: Props) {
  const { mutate, isBusy, error } = usePortal(organizationId);
  useEffect(() => {
    if (error) {
      toast("Stripe’s page did not open", { description: toSentence(error), type: "error" });
    }
  }, [error]);
  return (
    <Button {...look} isBusy={isBusy} onClick={() => mutate()}>
      {children}
      <ExternalLink aria-hidden />
    </Button>
  );
}
