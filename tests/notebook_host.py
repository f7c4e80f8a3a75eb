"""Documents as notebooks make them: outputs of cells, one below the other, in light or dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    """One kind of notebook, as far as the outputs of its cells can tell."""

    light: str  # JavaScript that gives the notebook its light theme …
    dark: str  # … or its dark one
    policy: str = ""  # content security policy, which frames inherit

    def document(self, outputs: list[str], *, width: int = 900, dark: bool = False) -> str:
        """The notebook with these outputs (HTML) in cells `width` pixels wide."""
        meta = f'<meta http-equiv="Content-Security-Policy" content="{self.policy}">'
        cells = "".join(
            f'<p>In [{number}]</p><div class="output">{output}</div>'
            for number, output in enumerate(outputs, start=1)
        )
        return (
            f'<!DOCTYPE html><html><head><meta charset="utf-8">{meta if self.policy else ""}'
            f'<title>Notebook</title><link rel="icon" href="data:,"></head>'
            f'<body style="margin: 0; width: {width}px">'
            f"<script>{self.dark if dark else self.light}</script>"
            f"{cells}<div style='height: 2000px'></div></body></html>"
        )


HOSTS = {
    "JupyterLab": Host(
        "document.body.dataset.jpThemeLight = 'true'",
        "document.body.dataset.jpThemeLight = 'false'",
    ),
    "VS Code": Host(
        "document.body.className = 'vscode-light'",
        "document.body.className = 'vscode-dark'",
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; "
        "img-src https: http: data:; font-src https:; connect-src https:; "
        "child-src https: data: blob:;",
    ),
    "VS Code, high contrast": Host(
        "document.body.className = 'vscode-high-contrast-light vscode-high-contrast'",
        "document.body.className = 'vscode-high-contrast'",
    ),
    "Colab": Host(
        "document.documentElement.setAttribute('theme', 'light')",
        "document.documentElement.setAttribute('theme', 'dark')",
    ),
    "Sphinx": Host(
        "document.documentElement.dataset.theme = 'light'",
        "document.documentElement.dataset.theme = 'dark'",
    ),
}
