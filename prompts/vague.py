"""Whether an answer says too little to be of use to its reader."""


def vague(answer: str) -> bool:
    return answer.strip() in {"fine", "ok", "一切正常", "还行"}
