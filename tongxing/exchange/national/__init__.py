"""全国农村留守儿童和困境儿童信息管理系统: its export is compared with the register (差异表), its upload file is written."""
