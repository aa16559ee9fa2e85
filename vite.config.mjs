// Bundles what the office pages need into assets/dist, under names that carry their content's hash,
// and lays beside it the fonts that printing needs (pages on a screen use the system's own).
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { defineConfig } from "vite";

// The icons named in assets/icons.txt as one sprite. Pages refer to it with <use>, which a strict CSP allows.
function icons() {
  const attributes = 'viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
  const symbol = (name) => {
    const drawing = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
    const shapes = drawing.replace(/^[^]*?<svg[^>]*>|<\/svg>\s*$/g, "").replace(/<path stroke="none"[^>]*>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" ${attributes}>${shapes}</symbol>`;
  };
  return {
    name: "icons",
    generateBundle() {
      const names = readFileSync("assets/icons.txt", "utf8").split(/\s+/).filter(Boolean);
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbol).join("")}</svg>\n`;
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "icons.svg", source });
    },
  };
}

const PRINT_FONTS = ["noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf", "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf", "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf"];

const printFonts = {
  name: "print-fonts",
  closeBundle() {
    mkdirSync("assets/dist/fonts", { recursive: true });
    for (const font of PRINT_FONTS) copyFileSync(`node_modules/@expo-google-fonts/${font}`, `assets/dist/fonts/${font.split("/").at(-1)}`);
  },
};

export default defineConfig({
  root: "assets",
  base: "/static/",
  publicDir: "public",
  plugins: [icons(), printFonts],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    sourcemap: false,
    // The browsers that Chinese offices and phones really run (360, QQ, WeChat, Huawei): Chromium 86 and later.
    target: ["chrome86", "safari14"],
    assetsInlineLimit: 0,
    // htmx can evaluate attributes; the pages forbid it (allowEval false, and the content security policy).
    rollupOptions: { checks: { eval: false, pluginTimings: false }, input: { office: "assets/office.js", icon: "assets/brand.svg" } },
  },
});
