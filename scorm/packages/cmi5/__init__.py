"""cmi5.xml read, checked and made into a course: by itself, or at the root of a zip (cmi5 Quartz, sections 13 and 14).

structure     the course structure as data; what the schema says
checking      the rules that the schema does not check
reading       from an archive to a manifest
alone         a course structure without a zip
requirements  which requirement of the specification a refusal is about
"""
