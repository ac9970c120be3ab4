include $(sort $(wildcard $(BR2_EXTERNAL_ISPUP_PATH)/package/*/*.mk))
