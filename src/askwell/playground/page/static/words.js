// What the page itself says, in the language of whoever is looking.

const KO = {
  "Playground": "플레이그라운드",
  "You are": "나는",
  "Phone": "휴대폰",
  "Channels": "채널",
  "Direct messages": "다이렉트 메시지",
  "Apps": "앱",
  "you": "나",
  "Home": "홈",
  "Messages": "메시지",
  "Thread": "스레드",
  "Reply in thread": "스레드에서 답글 달기",
  "More actions": "추가 작업",
  "Edit message": "메시지 편집",
  "Delete message": "메시지 삭제",
  "Save": "저장",
  "Cancel": "취소",
  "Close": "닫기",
  "Back": "뒤로",
  "Send": "보내기",
  "Stop": "중지",
  "Reply…": "답글…",
  "Message {name}": "{name}에 메시지 보내기",
  "Only visible to you": "나에게만 표시",
  "(edited)": "(편집됨)",
  "Today": "오늘",
  "Yesterday": "어제",
  "APP": "앱",
  "{n} reply": "댓글 {n}개",
  "{n} replies": "댓글 {n}개",
  "Last reply {time}": "마지막 댓글 {time}",
  "View thread": "스레드 보기",
  "{n} members": "멤버 {n}명",
  "This message was deleted.": "이 메시지가 삭제되었습니다.",
  "This is the very beginning of {name}.": "{name}의 첫 부분이에요.",
  "No results": "결과 없음",
  "Select an option": "옵션 선택",
  "Search": "검색",
  "{from}–{to} of {all}": "{all}개 중 {from}–{to}",
  "Previous page": "이전 페이지",
  "Next page": "다음 페이지",
  "(optional)": "(선택 사항)",
  "Yes": "예",
  "No": "아니요",
  "The app did not answer in time. Please try again.": "앱이 제때 응답하지 않았어요. 다시 시도해 주세요.",
  "That did not work.": "잘 되지 않았어요.",
  "{name} {status}": "{name} {status}",
  "Good": "좋아요",
  "Bad": "별로예요",
  "The app has nothing to show here yet.": "아직 보여 줄 내용이 없어요.",
  "Connecting …": "연결하는 중 …",
  "Download": "다운로드",
  "Sort by {name}": "{name} 기준 정렬",
  "picture": "사진",
  "View": "보기",
  "Delete this message?": "이 메시지를 삭제할까요?",
  "Please complete this required field.": "필수 항목을 채워 주세요.",
  "Show": "표시",
};

let korean = false;
let locale = "en-US";

export function speak(name) {
  locale = name || "en-US";
  korean = locale.startsWith("ko");
  document.documentElement.lang = korean ? "ko" : "en";
}

export function say(text, values = {}) {
  const said = (korean && KO[text]) || text;
  return said.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function time(ts) {
  return moment(ts, { hour: "numeric", minute: "2-digit" });
}

export function fullTime(ts) {
  return moment(ts, { dateStyle: "full", timeStyle: "medium" });
}

export function day(ts) {
  const date = new Date(ts * 1000);
  const days = Math.round((midnight(new Date()) - midnight(date)) / 86_400_000);
  if (days === 0) return say("Today");
  if (days === 1) return say("Yesterday");
  return moment(ts, { weekday: "long", month: "long", day: "numeric" });
}

export function number(value, options = {}) {
  return new Intl.NumberFormat(locale, options).format(value);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate());
}

function moment(ts, options) {
  return new Intl.DateTimeFormat(locale, options).format(new Date(ts * 1000));
}
