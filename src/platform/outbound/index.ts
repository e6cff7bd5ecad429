export { isClose } from "./close.ts";
export { checkedUrl, createPoster, type PostJson } from "./post.ts";
