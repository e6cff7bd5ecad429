import { Button, type ButtonProps } from "@mantine/core";
import { createLink } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

type AnchorProps = ButtonProps &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { readonly ref?: Ref<HTMLAnchorElement> };

function ButtonAnchor(props: AnchorProps) {
  return <Button component="a" {...props} />;
}

/** A way to another page that weighs as much as a button; typed like every link of the router. */
export const LinkButton = createLink(ButtonAnchor);
