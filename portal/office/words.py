"""Codes of the access log and of refusals in the words of these pages. Chinese is the key (decision 0029)."""

from __future__ import annotations

from vocabulary.access import LookKind, Purpose

LOOKS = {
    LookKind.WORKLIST_PUBLISHED: "下发清单",
    LookKind.EXPLAINED: "说明依据",
    LookKind.VIEWED: "查看儿童信息",
    LookKind.EXPORTED: "导出儿童信息",
    LookKind.EXCHANGED: "与其他县区交换",
    LookKind.OUTCOMES_TAKEN: "收下核查结果",
    LookKind.ROWS_RETURNED: "退回填报行",
    LookKind.ACCOUNT_OPENED: "开通账户",
    LookKind.ACCOUNT_CLOSED: "关闭账户",
    LookKind.LOGIN_RENEWED: "重置密码",
    LookKind.SECOND_FACTOR_OFF: "停用动态口令",
    LookKind.CONTACT_FLAG_SET: "设请勿联系",
    LookKind.CONTACT_FLAG_LIFTED: "解除请勿联系",
    LookKind.LOG_EXPORTED: "下载查阅记录",
    LookKind.PURGED: "到期清除",
    LookKind.LOG_SHORTENED: "到期缩短查阅记录",
}
PURPOSES = {
    Purpose.FOLLOW_UP: "协助登记、更正",
    Purpose.ANSWERS: "收发核查结果",
    Purpose.EXPLANATION: "了解依据",
    Purpose.TRANSFER: "转交其他县区",
    Purpose.RETENTION: "按期清除",
    Purpose.ADMINISTRATION: "账户管理",
    Purpose.AUDIT: "审计",
    Purpose.FAMILY_ASKED: "家庭提出",
    Purpose.SAFETY: "人身安全需要",
    Purpose.CONFIDENTIAL: "住所依法保密",
    Purpose.ENTERED_IN_ERROR: "录入有误",
}
PROCESSES = {"night": "夜间任务", "operator": "命令行"}
"""Who stands in the log beside the roles of the portal."""
REFUSED = {
    "portal.user_id": "账户名应为 3 至 40 个小写字母、数字、点、短横或下划线，以字母开头，以字母或数字结尾。",
    "portal.user_known": "这个账户名已经用过，请另取一个；关闭的账户名也不再使用。",
    "portal.vouched_by": "请选择由谁核验身份。",
    "portal.desk": "请按工作清单的文件名填写，如 registration_desk-990101001 或 hospital-H9901。",
    "portal.county": "请填写一个六位县级区划代码。",
    "settings.area": "请填写区划代码的前 2、4、6 或 9 位，用逗号分开。",
    "portal.own_account": "不能关闭自己的账户，请由另一名系统管理员办理。",
    "portal.last_administrator": "这是最后一名可登录的系统管理员，请先开通另一名。",
    "portal.user_unknown": "没有这个账户，或已关闭，或不用本系统密码。",
    "portal.contact_task": "没有这个任务编号，请从清单上照抄。",
    "portal.contact_child": "这个任务不针对一名儿童，请用同一儿童的另一任务编号。",
    "portal.contact_none": "这个任务没有请勿联系标记，可能已经解除。",
}
"""A refusal in the form's own words, by its code."""
