// There is a newer version of the page: it waits until it is wanted.

const TEXTS = {
  en: ["A newer Backdrop is ready.", "Reload", "Later"],
  de: ["Eine neuere Fassung von Backdrop ist bereit.", "Neu laden", "Später"],
  es: ["Hay una versión más reciente de Backdrop.", "Recargar", "Más tarde"],
  fr: ["Une version plus récente de Backdrop est prête.", "Recharger", "Plus tard"],
  pt: ["Há uma versão mais recente do Backdrop.", "Recarregar", "Mais tarde"],
  ja: ["新しいバージョンの Backdrop があります。", "再読み込み", "後で"],
  zh: ["Backdrop 有新版本。", "重新加载", "稍后"],
  ar: ["يتوفر إصدار أحدث من Backdrop.", "إعادة التحميل", "لاحقًا"],
};

/** Says so, once, in the language of the page. */
export function tell() {
  if (document.getElementById("newer")) return;
  const language = document.querySelector("backdrop-studio").shadowRoot?.querySelector(".place")?.lang || "en";
  const [text, reload, later] = TEXTS[language.slice(0, 2)] ?? TEXTS.en;
  const notice = document.createElement("div");
  notice.id = "newer";
  notice.role = "status";
  notice.lang = language;
  document.body.append(notice);
  // A live region is heard when something comes into it, not when it comes with it.
  notice.append(
    text,
    button(reload, () => location.reload()),
    button(later, () => notice.remove()),
  );
}

function button(text, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", press);
  return button;
}
