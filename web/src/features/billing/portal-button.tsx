import { ExternalLink } from "lucide-react";
import { useEffect } from "react";
import { toSentence } from "#lib/failure.ts";
import { Button, type ButtonLook } from "#ui/button.tsx";
import { toast } from "#ui/toast.ts";
import { usePortal } from "./use-leave-to.ts";

type Props = ButtonLook & {
  organizationId: string;
  children: string;
  className?: string;
  purpose?: "payment_method";
};

/** Leads to Stripe's page, which leads back. */
export function PortalButton({ organizationId, children, purpose, ...look }: Props) {
  const { mutate, isBusy, error } = usePortal(organizationId, purpose);
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
