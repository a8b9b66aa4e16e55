"""What a page is asked in a browser, in JavaScript; each but the first is an expression, whose value is the answer."""

# Before a page's own scripts: nothing works beside it, as the search does, which makes its index anew in each page.
NO_WORKERS = "window.Worker = class extends EventTarget { postMessage() {} terminate() {} }"

# What it leads to and what can be led to; pictures that are not there; how wide it is.
CONTENTS = """({
  links: [...document.links].map(link => link.href),
  ids: [...document.querySelectorAll("[id]")].map(element => element.id),
  missing: [...document.images].filter(image => !(image.complete && image.naturalWidth)).map(image => image.alt),
  width: document.documentElement.scrollWidth,
})"""

# Two frames later, when scripts know of a change, and colors have faded into others.
AT_REST = """new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  .then(() => document.getAnimations().filter(animation => animation instanceof CSSTransition))
  .then(fading => Promise.allSettled(fading.map(transition => transition.finished))).then(() => true)"""

# The visible texts whose contrast with what is behind them is below 4.5, by element.
# See https://www.w3.org/TR/WCAG22/#contrast-minimum (read 2026-11-26).
PALE_TEXTS = r"""(() => {
  const channels = color => { const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number); return [r, g, b, a]; };
  const over = (top, below) => below.map((value, index) => top[index] * top[3] + value * (1 - top[3]));
  const linear = value => value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ground = element => element === null ? [255, 255, 255]
    : over(channels(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  const found = {};
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, text => text.data.trim() ? 1 : 3);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!element.getClientRects().length) continue;
    if (!element.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const behind = ground(element);
    const text = over(channels(getComputedStyle(element).color), behind);
    const [dark, light] = [luminance(text), luminance(behind)].sort((one, other) => one - other);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found[`${element.tagName} ${element.className}`] = contrast;
  }
  return found;
})()"""

# The place of the first picture on the page, in pixels.
PICTURE = """(() => {
  const {x, y, width} = document.querySelector("article img").getBoundingClientRect();
  return {x: x + scrollX, y: y + scrollY, width};
})()"""

# The address of what the search finds first, after at most ten seconds.
FOUND = """new Promise(resolve => {
  const start = Date.now();
  const look = () => {
    const link = document.querySelector(".md-search-result__item a");
    link || Date.now() - start > 10000 ? resolve(link && link.href) : setTimeout(look, 20);
  };
  look();
})"""
