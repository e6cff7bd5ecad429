import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** 藍: the primary. Shade 7 is the seed colour `#1f4e79`; the dark scheme reads shade 3 on near-black indigo. */
const ai: MantineColorsTuple = [
  "#eef4f9",
  "#dbe7f1",
  "#b7cfe3",
  "#8fb8de",
  "#5f93c2",
  "#3d76a9",
  "#2a6092",
  "#1f4e79",
  "#173c5e",
  "#0f2a43",
];

/** 朱: only for what is critical or destroys. */
const shu: MantineColorsTuple = [
  "#fdf0ec",
  "#f9dcd3",
  "#f2b7a6",
  "#ff9d84",
  "#e2684a",
  "#d14f30",
  "#c53d1f",
  "#b23216",
  "#8f2710",
  "#6b1c0b",
];

/** 墨: greys of ink on washi, warm. */
const sumi: MantineColorsTuple = [
  "#f6f4ee",
  "#ece9e1",
  "#dfdcd3",
  "#c9c5ba",
  "#a9a59a",
  "#87847b",
  "#686660",
  "#4c4c4b",
  "#32343a",
  "#1b1d21",
];

/** The night: Mantine reads 0 as ink, 4 as rule, 6 as raised, 7 as ground. */
const night: MantineColorsTuple = [
  "#e4e0d8",
  "#cfcabf",
  "#a5a096",
  "#8b8f9f",
  "#2c3348",
  "#1f2639",
  "#151b2b",
  "#0e1320",
  "#0a0e19",
  "#060912",
];

const SANS =
  '-apple-system, "Segoe UI", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic UI", Meiryo, "Noto Sans CJK JP", "Noto Sans JP", "Noto Sans JP Variable", sans-serif';
const MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK JP", "BIZ UDGothic", "Noto Sans JP Variable", monospace';

/** Text on a filled colour: which of ink and paper is readable differs by scheme, so a variable decides. */
const readable: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  return input.variant === "filled" ? { ...colors, color: "var(--y-on-filled)" } : colors;
};

export const theme = createTheme({
  colors: { ai, shu, gray: sumi, dark: night },
  primaryColor: "ai",
  primaryShade: { light: 7, dark: 3 },
  variantColorResolver: readable,
  white: "#fffefb",
  black: "#1b1d21",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  defaultRadius: 3,
  respectReducedMotion: true,
  cursorType: "pointer",
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "18px" },
  lineHeights: { xs: "1.4", sm: "1.45", md: "1.55", lg: "1.6", xl: "1.6" },
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  shadows: { xs: "none", sm: "none", md: "var(--y-lift)", lg: "var(--y-lift)", xl: "var(--y-lift)" },
  headings: {
    fontFamily: SANS,
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "22px", lineHeight: "1.35" },
      h2: { fontSize: "16px", lineHeight: "1.4" },
      h3: { fontSize: "14px", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    InputWrapper: {
      styles: { label: { marginBottom: 4, fontSize: 13, fontWeight: 500 }, description: { marginBottom: 4 } },
    },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    NativeSelect: { defaultProps: { size: "sm" } },
    ModalRoot: {
      defaultProps: {
        centered: true,
        radius: 4,
        transitionProps: { duration: 120 },
      },
    },
    Drawer: { defaultProps: { position: "right", overlayProps: { backgroundOpacity: 0.25 } } },
    Menu: { defaultProps: { withInitialFocusPlaceholder: false, shadow: "md", transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { shadow: "md", transitionProps: { duration: 80 } } },
    Tooltip: { defaultProps: { openDelay: 350, color: "dark", withArrow: true } },
  },
});

/** Mantine's semantic tokens follow ours (tokens.css), so that both schemes are decided in one place. */
export const cssVariables: CSSVariablesResolver = () => {
  const shared = {
    "--mantine-color-body": "var(--y-ground)",
    "--mantine-color-text": "var(--y-ink)",
    "--mantine-color-dimmed": "var(--y-ink-3)",
    "--mantine-color-default": "var(--y-raised)",
    "--mantine-color-default-hover": "var(--y-hover)",
    "--mantine-color-default-border": "var(--y-control)",
    "--mantine-color-placeholder": "var(--y-ink-3)",
    "--mantine-color-anchor": "var(--y-link)",
    "--mantine-color-error": "var(--y-shu)",
    "--mantine-color-gray-light-color": "var(--y-ink-2)",
    "--mantine-color-gray-light": "var(--y-sunken)",
    "--mantine-color-gray-light-hover": "var(--y-hover)",
  };
  return { variables: {}, light: shared, dark: shared };
};
