"""专题培训班: classes with sign-up, timetable, attendance, tests, completion and register entry."""
