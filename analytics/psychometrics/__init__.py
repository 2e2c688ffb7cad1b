"""Item and exam quality: classical statistics, item response theory, DIF and linking."""
